import Contracts
import PostgresClient
import Workflow

/// What a topic that began empty is to have again, although no group of ours reads it.
public enum RepublishedKind: Sendable, CaseIterable {
    /// Of the last week, which is what the topic keeps, those that no gateway gave a receipt for.
    case notifications
    /// Those that nobody has settled.
    case deadLetters
    /// The last entry of each cadre.
    case directory
}

/// Publishes messages once more as they were, under their own ids: whoever acted on one knows it.
///
/// Nothing is written, so an interrupted run is simply run again. Events are not among these: groups of ours wait for
/// them, and ``RepairTransactions`` lets them leave once more.
public struct Republishing: Sendable {
    private let store: LaneStore
    private let sink: any MessageSink
    private let owner: String
    private let page: Int64
    private let renewal: Duration

    /// - Parameters:
    ///   - owner: of the register's lane, while the directory is published.
    ///   - page: messages read and published at a time, at most; fewer where dead letters are large, and of the directory.
    ///   - renewal: how often the lane's lease of 15 seconds is renewed while Kafka is waited for.
    public init(
        store: LaneStore, sink: any MessageSink, owner: String, page: Int = 1_000, renewal: Duration = .seconds(4)
    ) {
        self.store = store
        self.sink = sink
        self.owner = owner
        self.page = Int64(page)
        self.renewal = renewal
    }

    /// - Parameter all: also what is old (notifications) or settled (dead letters).
    /// - Returns: how many messages the topic has again.
    /// - Throws: `LaneFault.unavailable` when PostgreSQL does not answer, when somebody else has published the directory for
    ///   longer than a lease lasts, or took the lane over meanwhile; what the sink throws.
    public func republish(_ kind: RepublishedKind, all: Bool) async throws -> Int {
        switch kind {
        case .notifications:
            try await republish(Self.notifications, [.bool(all)]) {
                (try LaneStore.notification($0, lane: try $0.int32(6)), try $0.int32(6))
            }
        case .deadLetters:
            try await republish(
                Self.deadLetters, [LaneStore.largestValue, .int64(LaneStore.letterBytes), .bool(all)]
            ) { (try LaneStore.deadLetter($0), try $0.int32(14)) }
        case .directory: try await republishDirectory()
        }
    }

    private func republish(
        _ statement: PostgresStatement, _ besides: [PostgresParameter],
        _ decode: (PostgresRow) throws -> (message: OutgoingMessage, lane: Int32)
    ) async throws -> Int {
        var count = 0
        var last = MessageID(lane: 0, laneSeq: 0)
        while true {
            let rows = try await rows(statement, [.int32(last.lane), .int64(last.laneSeq), .int64(page)] + besides)
            guard rows.count > 0 else { return count }
            let messages = try rows.map(decode)
            try await sink.publish(messages.map(\.message))
            let end = messages[messages.count - 1]
            last = MessageID(lane: end.lane, laneSeq: end.message.laneSeq)
            count += messages.count
        }
    }

    /// Entries of the directory published at a time: Kafka takes them well within a lease.
    private static let directoryPage: Int64 = 200

    /// Holds the register's lane meanwhile: of a compacted topic an older entry must not end up last, and two who publish
    /// could overtake each other. What an import writes now is behind the ticket's number, and whoever holds the lane
    /// next publishes it.
    private func republishDirectory() async throws -> Int {
        let ticket = try await registerLane()
        var count = 0
        var last: Int32 = 0
        while true {
            let rows = try await rows(Self.directory, [.int32(last), .int64(min(page, Self.directoryPage))])
            guard rows.count > 0 else { break }
            try await publish(try rows.map(LaneStore.directoryEntry), holding: ticket)
            last = try rows[rows.count - 1].int32(1)
            count += rows.count
        }
        try await hold(ticket, through: ticket.laneSeq)
        try await store.release(ticket)
        return count
    }

    /// Returns with the lane still held, at the beginning of a lease.
    private func publish(_ entries: [OutgoingMessage], holding ticket: LaneTicket) async throws {
        // Ends with this; whether the lane is held is asked afterwards, whatever became of a renewal.
        async let _ = renewLease(of: ticket)
        try await sink.publish(entries)
        try await hold(ticket, through: ticket.publishedThrough)
    }

    private func renewLease(of ticket: LaneTicket) async throws {
        while true {
            try await Task.sleep(for: renewal)
            try await store.recordPublished(ticket, through: ticket.publishedThrough)
        }
    }

    /// Records the position and renews the lease. An import may be at the row, which takes the lane from nobody: it is
    /// waited for.
    private func hold(_ ticket: LaneTicket, through: Int64) async throws {
        do {
            while try await !store.recordPublished(ticket, through: through) { _ = try await store.resume(ticket) }
        } catch LaneFault.fenced {
            throw LaneFault.unavailable(
                "somebody else took over publishing the directory meanwhile, and an older entry may have arrived last: "
                    + "run `tuesday topics rebuild` again")
        }
    }

    private func registerLane() async throws -> LaneTicket {
        let began = ContinuousClock.now
        while true {
            if let ticket = try await store.take(pool: LaneStore.registerPool, owner: owner) { return ticket }
            guard ContinuousClock.now - began < .seconds(20) else {
                throw LaneFault.unavailable("somebody else is publishing the directory: try again when that has ended")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func rows(_ statement: PostgresStatement, _ parameters: [PostgresParameter]) async throws -> PostgresResult {
        try await withLaneFaults {
            try await store.pool.withConnection { try await $0.query(statement, parameters) }
        }
    }

    private static let notifications: PostgresStatement = """
        select lane_seq, request_id, at, recipient, template, body, lane_id
        from tuesday.notification
        where (lane_id, lane_seq) > ($1, $2)
          and receipt_at is null
          and ($4 or at > (select clock.now()) - interval '7 days')
        order by lane_id, lane_seq
        limit $3
        """

    private static let deadLetters = LaneStore.letterPage(
        where: "(lane_id, lane_seq) > ($1, $2) and ($6 or state = 'open')")

    /// Cadres leave, and their row in the register stays; so does their last entry, which has no value then.
    private static let directory: PostgresStatement = """
        select e.lane_seq, d.id, e.register_version, e.at, e.body
        from register.cadre d
        cross join lateral (
            select q.lane_seq, q.register_version, q.at, q.body
            from tuesday.directory_entry q
            where q.county_id = d.county_id and q.cadre_id = d.id
            order by q.register_version desc
            limit 1) e
        where d.id > $1
        order by d.id
        limit $2
        """
}
