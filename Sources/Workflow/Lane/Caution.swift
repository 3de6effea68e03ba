/// How carefully a lane goes on after workers have died at it.
///
/// A record that kills whoever handles it can only be told by who does not come back: what is about to be tried is written
/// to the lane's row before, progress clears it, and whoever lives to see an attempt fail takes it back
/// (``LaneKeeping/withdrawAttempt(_:)``). What is left are deaths. From the third on each halves the batch; at one record a
/// lane also has its process to itself, so that nobody else's record is tried while that one kills. Only deaths with
/// the one record alone in hand lead to its rejection.
///
/// Progress makes the batch twice as large, not as large as ever, and all of them are written down until it is: the record
/// that killed is somewhere behind the few that went well, and is closed in on in some thirty deaths, however large a batch
/// may be.
struct Caution {
    private let limits: ConsumeLimits
    /// Deaths that set the size of the next batch.
    private var deaths: Int32
    /// What the lane's row says.
    private var written: Int32
    private var isFirst = true

    init(_ limits: ConsumeLimits, deaths: Int32, written: Int32) {
        self.limits = limits
        self.deaths = deaths
        self.written = written
    }

    var maximumRecords: Int { limits.records(afterDeaths: deaths) }

    /// Nobody else in the process may handle records at the same time.
    var isAlone: Bool { deaths >= ConsumeLimits.carefulFrom }

    /// What to add to the lane's row before the next batch is tried; nil: it need not be written.
    var addition: Int32? { isFirst || isAlone ? deaths + 1 - written : nil }

    mutating func progressed() {
        isFirst = false
        written = 0
        deaths = isAlone ? min(deaths, limits.loneFrom) - 1 : 0
    }
}
