import Contracts

/// Publishes what a repair committed, no faster than the slowest group reads: a log in memory would drop the oldest
/// records, and groups that lag far behind help nobody.
public struct PacedPublishing: Sendable {
    /// How far ahead of the slowest group to publish.
    public struct Pace: Sendable {
        /// Records that a group may have before it in one partition while more are published.
        public var maximumLag: Int64
        /// How long to wait for a group that does not get on; nil: for ever.
        public var patience: Duration?

        public init(maximumLag: Int64, patience: Duration?) {
            self.maximumLag = maximumLag
            self.patience = patience
        }

        /// For the embedded broker, which holds some 25,000 records a partition and drops the oldest beyond.
        public static let embedded = Pace(maximumLag: 5_000, patience: nil)
        /// For a broker with a disk, where a group that is not running must not hold up the others.
        public static let durable = Pace(maximumLag: 100_000, patience: .seconds(30))
    }

    /// Messages published between two looks.
    public static let page = 2_000

    /// The group that is furthest behind, in its worst partition.
    public struct Lag: Sendable {
        public var records: Int64
        /// `tuesday-stats on tuesday.requests.v1/3`
        public var place: String

        public init(records: Int64, place: String) {
            self.records = records
            self.place = place
        }
    }

    /// What goes on, for whoever watches.
    public enum Progress: Sendable {
        case published(Int64, of: Int64)
        case waiting(Lag)
    }

    private let keeper: any LaneKeeping
    private let sink: any MessageSink
    private let pace: Pace

    public init(keeper: any LaneKeeping, sink: any MessageSink, pace: Pace) {
        self.keeper = keeper
        self.sink = sink
        self.pace = pace
    }

    /// Returns when everything is on its topic and the lane is given back.
    ///
    /// Whatever ends it before, the rows are the truth: when the lease has run out, a worker adopts the lane and publishes
    /// the rest.
    /// - Throws: when Kafka or PostgreSQL do not answer.
    public func run(
        _ ticket: LaneTicket, lag: () async throws -> Lag, progress: (Progress) -> Void
    ) async throws {
        let first = ticket.publishedThrough
        var published = first
        var standstill = Standstill()
        while published < ticket.laneSeq {
            try await awaitGroups(ticket, published, &standstill, lag, progress)
            published = try await keeper.publishTail(of: ticket, after: published, limit: Self.page, on: sink)
            progress(.published(published - first, of: ticket.laneSeq - first))
        }
        try await keeper.release(ticket)
    }

    /// How long the slowest group has not got on. Kept from page to page: a group that was given up holds up no later
    /// page, until it gets on again.
    private struct Standstill {
        private var records = Int64.max
        private(set) var since = ContinuousClock.now

        mutating func look(at lag: Lag, maximum: Int64) {
            if lag.records < records || records <= maximum { since = .now }
            records = lag.records
        }
    }

    private func awaitGroups(
        _ ticket: LaneTicket, _ published: Int64, _ standstill: inout Standstill, _ lag: () async throws -> Lag,
        _ progress: (Progress) -> Void
    ) async throws {
        var renewedAt: ContinuousClock.Instant?
        while true {
            let present = try await lag()
            standstill.look(at: present, maximum: pace.maximumLag)
            guard present.records > pace.maximumLag else { return }
            progress(.waiting(present))
            if let patience = pace.patience, ContinuousClock.now - standstill.since > patience { return }
            // The lease lasts 15 seconds.
            if renewedAt.map({ ContinuousClock.now - $0 > .seconds(4) }) != false {
                try await keeper.recordPublished(ticket, through: published)
                renewedAt = .now
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
