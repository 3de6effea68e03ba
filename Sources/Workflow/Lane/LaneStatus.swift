import Synchronization

/// What the lanes of this process are doing, and how its consumer stands with the group, for `/readyz`, metrics and the
/// watchdog.
///
/// A consumer that is made anew gets a ``successor()``: what lanes of the one before still say, because they hang or
/// end late, no longer counts.
public final class LaneStatus: Sendable {
    public enum Activity: Sendable, Hashable {
        case claiming
        case consuming
        case waiting(String)
        case stopped(String)

        /// An activity without its reasons.
        public enum Kind: String, Sendable, CaseIterable {
            case claiming, consuming, waiting, stopped
        }

        public var kind: Kind {
            switch self {
            case .claiming: .claiming
            case .consuming: .consuming
            case .waiting: .waiting
            case .stopped: .stopped
            }
        }
    }

    public struct Entry: Sendable {
        public var activity: Activity
        /// The first offset not applied; -1 before the lane is claimed.
        public var nextOffset: Int64
        public var progressedAt: ContinuousClock.Instant
        /// When the lane last said anything.
        public var heardAt: ContinuousClock.Instant
        /// Records between what this lane has applied and the end of its partition, as last measured.
        public var lag: Int64 = 0
        /// Offsets up to the end, as last reached, that hold nothing to apply: the marks of transactions, and what was aborted.
        public var vacant: Range<Int64> = 0..<0

        init(
            activity: Activity, nextOffset: Int64, lag: Int64 = 0, vacant: Range<Int64> = 0..<0, now: ContinuousClock.Instant
        ) {
            (self.activity, self.nextOffset, self.lag, self.vacant) = (activity, nextOffset, lag, vacant)
            (progressedAt, heardAt) = (now, now)
        }

        /// How many offsets from the next one on hold nothing to apply.
        var vacantCount: Int64 { nextOffset >= vacant.lowerBound ? max(0, vacant.upperBound - nextOffset) : 0 }

        mutating func gotOn(at now: ContinuousClock.Instant) { (progressedAt, heardAt) = (now, now) }
    }

    /// How the consumer stands with its group.
    public enum Membership: Sendable, Hashable {
        /// The group has said which partitions are its own, perhaps none.
        case assigned
        /// It has not said so since then, in a sentence for an operator; whoever has no lanes is idle only when assigned.
        case unassigned(String, since: ContinuousClock.Instant)
    }

    private struct Entries {
        var membership: Membership
        var all: [RecordOrigin: Entry] = [:]
        var generation = 0
        /// Which of the lanes that had the partition one after the other has it now.
        var lanes: [RecordOrigin: Int] = [:]
    }

    /// Shared by all generations; a reference of its own, so that one handle can be read for ever.
    private final class Board: Sendable {
        let entries: Mutex<Entries>
        let now: @Sendable () -> ContinuousClock.Instant

        init(now: @escaping @Sendable () -> ContinuousClock.Instant) {
            entries = Mutex(Entries(membership: .unassigned("not joined yet", since: now())))
            self.now = now
        }
    }

    private let board: Board
    private let generation: Int
    /// Nil: not one lane's.
    private let lane: Int?

    public convenience init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.init(Board(now: now), generation: 0, lane: nil)
    }

    private init(_ board: Board, generation: Int, lane: Int?) {
        self.board = board
        self.generation = generation
        self.lane = lane
    }

    /// A status for the next consumer of the same process, which begins without lanes. Every earlier one can still be read.
    public func successor() -> LaneStatus {
        board.entries.withLock { entries in
            entries.generation += 1
            entries.all = [:]
            entries.membership = .unassigned("joining the group", since: board.now())
            return LaneStatus(board, generation: entries.generation, lane: nil)
        }
    }

    /// Whether no other consumer has taken this one's place.
    public var isPresent: Bool { board.entries.withLock { $0.generation == generation } }

    public var membership: Membership { board.entries.withLock { $0.membership } }

    /// The group has answered which partitions are this consumer's.
    public func assigned() {
        board.entries.withLock { entries in
            if entries.generation == generation { entries.membership = .assigned }
        }
    }

    /// The consumer has no answer of its group, or none that holds any more. Said again it is for another reason, and since as
    /// long.
    public func unassigned(_ why: String) {
        board.entries.withLock { entries in
            guard entries.generation == generation else { return }
            var since = board.now()
            if case .unassigned(_, let first) = entries.membership { since = first }
            entries.membership = .unassigned(why, since: since)
        }
    }

    /// A sentence about a consumer whose group has not answered for so long; nil when it has.
    public func unanswered(for bound: Duration) -> String? {
        guard case .unassigned(let why, let since) = membership else { return nil }
        let age = board.now() - since
        return age > bound ? "the group has assigned nothing for \(age.components.seconds) s: \(why)" : nil
    }

    /// A status for the lane that has the partition from now on: what one before still says of it no longer counts.
    public func lane(of origin: RecordOrigin) -> LaneStatus {
        board.entries.withLock { entries in
            let number = (entries.lanes[origin] ?? 0) + 1
            if entries.generation == generation { entries.lanes[origin] = number }
            return LaneStatus(board, generation: generation, lane: number)
        }
    }

    /// Returns whether that is another activity than before.
    @discardableResult
    public func set(_ origin: RecordOrigin, _ activity: Activity) -> Bool {
        change(origin) { entries in
            let isNews = entries[origin]?.activity != activity
            var entry = entries[origin] ?? Entry(activity: activity, nextOffset: -1, now: board.now())
            (entry.activity, entry.heardAt) = (activity, board.now())
            entries[origin] = entry
            return isNews
        } ?? false
    }

    /// The lane is claimed and begins to read.
    public func began(_ origin: RecordOrigin, at nextOffset: Int64) {
        change(origin) { entries in
            let before = entries[origin]
            // The end may have been reached before this is said.
            let vacant = before.map(\.vacant).flatMap { $0.lowerBound == nextOffset ? $0 : nil } ?? 0..<0
            entries[origin] = Entry(
                activity: .consuming, nextOffset: nextOffset, lag: before?.lag ?? 0, vacant: vacant, now: board.now())
        }
    }

    /// It gets on, although it has applied no record yet.
    public func worked(_ origin: RecordOrigin) {
        change(origin) { entries in entries[origin]?.gotOn(at: board.now()) }
    }

    public func progressed(_ origin: RecordOrigin, nextOffset: Int64) {
        change(origin) { entries in
            let before = entries[origin]
            let applied = nextOffset - (before?.nextOffset ?? nextOffset)
            var entry = Entry(
                activity: .consuming, nextOffset: nextOffset, vacant: before?.vacant ?? 0..<0, now: board.now())
            entry.lag = max(0, (before?.lag ?? 0) - max(0, applied) - entry.vacantCount)
            entries[origin] = entry
        }
    }

    /// All that the partition held was handed out, and nothing of it lies between these two offsets.
    ///
    /// - Parameters:
    ///   - after: the offset after the last record handed out.
    ///   - end: where the next record comes, or later.
    public func reachedEnd(_ origin: RecordOrigin, after: Int64, end: Int64) {
        change(origin) { entries in
            guard var entry = entries[origin] else { return }
            entry.vacant = after..<max(after, end)
            if entry.nextOffset >= after { entry.lag = 0 }
            entries[origin] = entry
        }
    }

    /// Records how many offsets the end of the partition was away from the next one when it was measured.
    public func measured(_ origin: RecordOrigin, lag: Int64) {
        change(origin) { entries in
            guard var entry = entries[origin] else { return }
            // Nothing to do is not standing still: the time without progress counts from when there was something.
            let lag = max(0, lag - entry.vacantCount)
            if entry.lag == 0, lag > 0 { entry.gotOn(at: board.now()) }
            entry.lag = lag
            entries[origin] = entry
        }
    }

    /// Sentences about lanes that have records to apply and did not get on for so long.
    public func stalled(for bound: Duration) -> [String] {
        all.compactMap { origin, entry in
            let age = board.now() - entry.progressedAt
            guard entry.lag > 0, age > bound else { return nil }
            return "\(origin.topic)/\(origin.partition) has \(entry.lag) records and no progress for \(age.components.seconds) s"
        }.sorted()
    }

    /// Lanes that have said nothing for so long: either there is nothing to consume, or they hang. Lanes that wait for
    /// PostgreSQL or Kafka say so each time they try; those that wait for an operator are not among them.
    public func silent(for bound: Duration) -> [RecordOrigin: Entry] {
        all.filter { _, entry in
            if case .stopped = entry.activity { return false }
            return board.now() - entry.heardAt > bound
        }
    }

    public func remove(_ origin: RecordOrigin) {
        change(origin) { $0[origin] = nil }
    }

    public var all: [RecordOrigin: Entry] { board.entries.withLock { $0.all } }

    /// Sentences about lanes that do not work; empty when all do.
    public var problems: [String] {
        all.compactMap { origin, entry in
            switch entry.activity {
            case .consuming: nil
            case .claiming: "\(origin.topic)/\(origin.partition) is being claimed"
            case .waiting(let why): "\(origin.topic)/\(origin.partition) waits: \(why)"
            case .stopped(let why): "\(origin.topic)/\(origin.partition) stopped: \(why)"
            }
        }.sorted()
    }

    /// Nil when this status has a successor, or another lane has the partition: then nothing was changed.
    @discardableResult
    private func change<Result>(_ origin: RecordOrigin, _ body: (inout [RecordOrigin: Entry]) -> Result) -> Result? {
        board.entries.withLock { entries in
            guard entries.generation == generation, lane == nil || lane == entries.lanes[origin] else { return nil }
            return body(&entries.all)
        }
    }
}
