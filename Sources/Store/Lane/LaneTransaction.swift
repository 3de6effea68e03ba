import Contracts
import Domain
import Failpoints
import PostgresClient
import Workflow

/// One transaction on one lane: the lane's row is locked first, what leaves is numbered in order, and effects,
/// messages and the lane's advance are committed together.
struct LaneTransaction {
    let connection: PostgresConnection
    let ticket: LaneTicket
    /// `clock.now()` as of the lock: the instant of everything decided here.
    let now: Instant
    /// What the calls given to `reading` answered.
    let read: ArraySlice<PostgresResult>
    /// Requests whose records the group leaves alone until a dead letter is settled, of those that are, and those of which
    /// the batch makes some; without a group, only the latter.
    let left: Set<RequestID>
    private let remainder: BatchRemainder
    /// Offsets of the batch at which stand unreadable records that became letters before.
    private let lettersKnown: Set<Int64>
    private(set) var laneSeq: Int64
    private(set) var messages: [OutgoingMessage] = []

    /// Runs the body between locking and advancing the lane.
    ///
    /// Serialization failures, deadlocks, lock timeouts and unique violations run the whole body again, with jitter;
    /// other failures are thrown as ``LaneFault``.
    /// - Parameters:
    ///   - registers: when given, versions that must still be the present ones.
    ///   - group: when given, ``left`` holds what this group has parked.
    ///   - remainder: what the batch brings besides, for ``appendRemainder(refusing:)``.
    ///   - reading: calls that travel with the lock of the lane and run after it; their answers are ``read``.
    ///   - attempt: counts the runs of the body, from 0.
    ///   - prepare: called with the commit just before COMMIT is sent.
    static func run(
        on pool: PostgresPool, _ ticket: LaneTicket, registers: [County.ID: Int64]? = nil, group: String? = nil,
        remainder: BatchRemainder = BatchRemainder(), reading: [PostgresCall] = [],
        prepare: (LaneCommit) -> Void = { _ in },
        _ body: nonisolated(nonsending) (inout LaneTransaction, _ attempt: Int) async throws -> Void
    ) async throws -> LaneCommit {
        #if FAILPOINTS
            if isPlanted("offset-before-effects") { try await advanceFirst(ticket, on: pool) }
        #endif
        var attempt = 0
        // Only for a mistake made on purpose.
        var sent: LaneCommit?
        while true {
            failpoint("transaction.before-begin")
            do {
                #if FAILPOINTS
                    let ticket = isPlanted("no-epoch-check") ? try await unfenced(ticket, on: pool) : ticket
                #endif
                return try await pool.transaction(retry: .never) { connection in
                    var transaction = try await begin(connection, ticket, registers, group, remainder, reading)
                    failpoint("transaction.begun")
                    try await body(&transaction, attempt)
                    let commit = LaneCommit(messages: transaction.messages, laneSeq: transaction.laneSeq)
                    prepare(commit)
                    failpoint("transaction.before-commit")
                    if isPlanted("ack-before-commit") { sent = commit }
                    try await connection.pipeline([transaction.advance, PostgresCall("commit")])
                    failpoint("transaction.committed")
                    return commit
                }
            } catch let failure as PostgresFailure {
                // It is answered whether it happened or not.
                if let sent { return sent }
                let again: Set<PostgresFailure.Kind> = [.serialization, .deadlock, .lockTimeout, .uniqueViolation]
                guard again.contains(failure.kind), attempt < 8 else { throw LaneFault(failure) }
                attempt += 1
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(5 << min(attempt, 6)))))
            } catch is TryAgain where attempt < 20 {
                attempt += 1
            }
        }
    }

    /// Thrown by a body that wants to be run again at once, in a new transaction.
    struct TryAgain: Error {}

    private static func begin(
        _ connection: PostgresConnection, _ ticket: LaneTicket, _ registers: [County.ID: Int64]?, _ group: String?,
        _ remainder: BatchRemainder, _ reading: [PostgresCall]
    ) async throws -> LaneTransaction {
        var calls = [
            PostgresCall(
                "select lane_seq from tuesday.lane where id = $1 and epoch = $2 for no key update",
                [.int32(ticket.lane), .int64(ticket.epoch)]),
            PostgresCall("select clock.now()"),
            // Never contended (everybody shares it): it names this backend to a claim that finds the row locked.
            PostgresCall("select pg_advisory_xact_lock_shared(7215, $1)", [.int32(ticket.lane)]),
            PostgresCall("select id, version from register.county"),
        ]
        calls += reading
        if let group {
            // All of the group's: there are few or none, and asking for the batch's own would cost a key for each.
            calls.append(
                PostgresCall("select request_id from tuesday.parked where consumer_group = $1", [.text(group)]))
        }
        let unreadable = remainder.unreadable.map(\.record)
        if !unreadable.isEmpty { calls.append(letters(of: ticket.lane, at: unreadable)) }
        let results = try await connection.pipeline(calls)
        guard let lane = results[0].first else { throw LaneFault.fenced }
        if let registers {
            for row in results[3] where registers[County.ID(try row.int32(0))] != (try row.int64(1)) {
                throw LaneFault.registerChanged(try row.int64(1))
            }
        }
        var answers = results[(4 + reading.count)...]
        let parked = group == nil ? [] : try answers.removeFirst().map { RequestID(try $0.uuid(0)) }
        // What became a letter before may be settled by now, and parks nothing again: its request would be left out with
        // no letter to bring it back.
        let known = try answers.first.map { try Self.known(unreadable, in: $0) } ?? []
        return LaneTransaction(
            connection: connection, ticket: ticket, now: Instant(microseconds: try results[1][0].timestamp(0)),
            read: results[4..<4 + reading.count], left: remainder.parks(exceptAt: known).union(parked), remainder: remainder,
            lettersKnown: known, laneSeq: try lane.int64(0))
    }

    private init(
        connection: PostgresConnection, ticket: LaneTicket, now: Instant, read: ArraySlice<PostgresResult>,
        left: Set<RequestID>, remainder: BatchRemainder, lettersKnown: Set<Int64>, laneSeq: Int64
    ) {
        self.connection = connection
        self.ticket = ticket
        self.now = now
        self.read = read
        self.left = left
        self.remainder = remainder
        self.lettersKnown = lettersKnown
        self.laneSeq = laneSeq
    }

    private var advance: PostgresCall {
        PostgresCall(
            """
            update tuesday.lane
            set next_offset = $3,
                last_ce_id = $4,
                anchor_offset = case when anchor_ce_id is null then $3 - 1 else anchor_offset end,
                anchor_ce_id = coalesce(anchor_ce_id, $4),
                lane_seq = $5,
                published_through = least(greatest(published_through, $6), $5),
                lease_until = clock_timestamp() + interval '15 seconds',
                progressed_at = clock_timestamp(),
                claims_since_progress = 0
            where id = $1 and epoch = $2
            """,
            [
                .int32(ticket.lane), .int64(ticket.epoch), .int64(ticket.nextOffset), .text(ticket.lastIdentity),
                .int64(laneSeq), .int64(ticket.publishedThrough),
            ])
    }

    // MARK: what leaves

    /// Queues a message under the next number, which it returns: the caller writes the row.
    mutating func emit(_ message: (_ laneSeq: Int64) -> OutgoingMessage) -> Int64 {
        laneSeq += 1
        messages.append(message(laneSeq))
        return laneSeq
    }

    /// Takes the numbers up to this one for messages whose rows a statement has numbered: they are read back from there.
    mutating func take(through number: Int64) {
        precondition(messages.isEmpty, "what is queued would be published under numbers that a statement gave away")
        laneSeq = number
    }

    /// Writes events and queues their records.
    mutating func append(_ events: [RequestEvent]) async throws {
        guard !events.isEmpty else { return }
        var batch = MessageBatch(count: events.count)
        for event in events {
            laneSeq += 1
            batch.add(event, laneSeq: laneSeq)
        }
        let written = batch.messages()
        var rows = PostgresCopyBuffer(columns: 8, reserve: events.count * 480)
        for (event, message) in zip(events, written) {
            rows.beginRow()
            rows.append(uuid: event.request.value)
            rows.append(int64: message.laneSeq)
            rows.append(timestamp: event.at.microseconds)
            rows.append(int32: ticket.lane)
            rows.append(int32: event.place.county.rawValue)
            rows.append(int32: event.seq)
            rows.append(int16: event.type.rawValue)
            rows.append(utf8: message.valueBytes)
        }
        messages += written
        try await connection.copy(
            into: "tuesday.event (request_id, lane_seq, at, lane_id, county_id, seq, type, body)", rows)
        failpoint("append.events-written")
    }

    /// Writes notifications and queues their records.
    mutating func append(_ notifications: [Notification]) async throws {
        guard !notifications.isEmpty else { return }
        var batch = MessageBatch(count: notifications.count)
        for notification in notifications {
            laneSeq += 1
            batch.add(
                notificationOf: notification.request, recipient: notification.recipient, template: notification.template,
                dueAt: notification.dueAt, at: now, lane: ticket.lane, laneSeq: laneSeq)
        }
        let written = batch.messages()
        var rows = PostgresCopyBuffer(columns: 8, reserve: notifications.count * 240)
        for (notification, message) in zip(notifications, written) {
            rows.beginRow()
            rows.append(int32: ticket.lane)
            rows.append(int64: message.laneSeq)
            rows.append(timestamp: now.microseconds)
            rows.append(uuid: notification.request.value)
            rows.append(int32: notification.county.rawValue)
            rows.append(text: notification.recipient)
            rows.append(text: notification.template)
            rows.append(utf8: message.valueBytes)
        }
        messages += written
        try await connection.copy(
            into: "tuesday.notification (lane_id, lane_seq, at, request_id, county_id, recipient, template, body)", rows)
        failpoint("append.notifications-written")
    }

    /// Writes refusals and dead letters of the batch.
    ///
    /// - Parameter conflicts: refused as well.
    mutating func appendRemainder(refusing conflicts: [RefusedRecord] = []) async throws {
        guard let origin = remainder.origin else { return }
        for unreadable in remainder.unreadable where !lettersKnown.contains(unreadable.record.offset) {
            try await write(unreadable.record, from: origin, because: unreadable.problem, attempts: 1)
        }
        let refused = remainder.refused + conflicts
        guard !refused.isEmpty else { return }
        // A lane that was put back reads again what it has refused.
        try await connection.query(
            """
            insert into tuesday.refusal (
                lane_id, source_offset, source_timestamp, at, source_partition, channel, source_id, code, detail)
            select $1, n.source_offset, n.source_timestamp, $2, $3, n.channel, n.source_id, n.code, n.detail
            from unnest($4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[])
                as n (source_offset, source_timestamp, channel, source_id, code, detail)
            on conflict do nothing
            """,
            [
                .int32(ticket.lane), .timestamp(microseconds: now.microseconds), .int32(origin.partition),
                .int64s(refused.map(\.position.offset)), .int64s(refused.map(\.position.timestamp)),
                .texts(refused.map(\.channel)), .optionalTexts(refused.map(\.sourceID)),
                .texts(refused.map { $0.problems.problems.map(\.code).joined(separator: ",") }),
                .texts(refused.map { $0.problems.problems.map(\.field).joined(separator: ",") }),
            ])
        failpoint("append.refusals-written")
    }

    private static func letters(of lane: Int32, at records: [IncomingRecord]) -> PostgresCall {
        PostgresCall(
            """
            select source_offset, key, value, headers
            from tuesday.dead_letter
            where lane_id = $1 and source_offset = any($2)
            """, [.int32(lane), .int64s(Array(Set(records.map(\.offset))))])
    }

    /// Where records stand of which this lane has made dead letters: one that was put back reads them again. What became
    /// of the letter since stays. Where a topic was made anew another record stands, and is a letter of its own.
    private static func known(_ records: [IncomingRecord], in rows: PostgresResult) throws -> Set<Int64> {
        let present = Dictionary(records.map { ($0.offset, $0) }) { first, _ in first }
        return Set(
            try rows.compactMap { row in
                let offset = try row.int64(0)
                guard let record = present[offset], try row.optionalBytes(1) == record.key,
                    try row.optionalBytes(2) == record.value,
                    try row.string(3) == DeadLetterRecord.json(of: record.headers)
                else { return nil }
                return offset
            })
    }

    /// Writes one dead letter, queues its record, and parks the request it names; nothing of what became a letter before.
    ///
    /// Parking what is parked locks its row all the same: a replay of an earlier letter then either releases the
    /// request before this transaction parks it anew, or waits, sees this letter too and settles both.
    mutating func append(
        _ record: IncomingRecord, from origin: RecordOrigin, because problem: RecordProblem, attempts: Int32
    ) async throws {
        let found = try await connection.pipeline([Self.letters(of: ticket.lane, at: [record])])[0]
        guard try Self.known([record], in: found).isEmpty else { return }
        try await write(record, from: origin, because: problem, attempts: attempts)
    }

    private mutating func write(
        _ record: IncomingRecord, from origin: RecordOrigin, because problem: RecordProblem, attempts: Int32
    ) async throws {
        laneSeq += 1
        // A submission's key is its sender's; only on the topic of requests does a key name one.
        let request = origin.topic == Topic.requests.rawValue ? record.keyBytes.flatMap { RequestID(utf8: $0) } : nil
        var calls = [
            PostgresCall(
                """
                insert into tuesday.dead_letter (lane_id, lane_seq, at, first_seen_at, source_offset, source_partition,
                    attempts, source_topic, consumer_group, reason, detail, request_id, key, value, headers,
                    source_timestamp)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                """,
                [
                    .int32(ticket.lane), .int64(laneSeq), .timestamp(microseconds: now.microseconds),
                    .timestamp(microseconds: now.microseconds), .int64(record.offset), .int32(origin.partition),
                    .int32(attempts), .text(origin.topic), .text(origin.group), .text(problem.reason),
                    .text(problem.detail), .uuid(request?.value), .bytes(record.key), .bytes(record.value),
                    .text(DeadLetterRecord.json(of: record.headers)), .int64(record.timestamp),
                ])
        ]
        if let request {
            calls.append(
                PostgresCall(
                    """
                    insert into tuesday.parked (consumer_group, request_id) values ($1, $2)
                    on conflict (consumer_group, request_id) do update
                    set since = parked.since
                    """, [.text(origin.group), .uuid(request.value)]))
        }
        try await connection.pipeline(calls)
        failpoint("append.letters-written")
        messages.append(
            DeadLetterRecord.message(
                laneSeq: laneSeq,
                source: .init(
                    topic: origin.topic, partition: origin.partition, offset: record.offset, group: origin.group),
                problem: problem, attempts: attempts, firstSeen: now, at: now, key: record.key, value: record.value,
                original: record.headers))
    }
}

extension LaneFault {
    /// Only what the data itself causes can be a record's fault: values that do not fit (class 22), rules they break, limits
    /// of an index they exceed (class 54, which without one is the server's own trouble). A missing privilege or table, a server that became read-only or is out of order would fail for
    /// every record: the lane waits until somebody mended that.
    init(_ failure: PostgresFailure) {
        switch failure.kind {
        case .ambiguousCommit: self = .outcomeUnknown
        case .uniqueViolation, .constraint, .decode: self = .failed(failure.description)
        case .other where failure.sqlState?.prefix(2) == "22": self = .failed(failure.description)
        case .other where failure.sqlState?.prefix(2) == "54" && failure.constraint != nil:
            self = .failed(failure.description)
        default: self = .unavailable(failure.description)
        }
    }
}

/// Runs a body that is not a lane's transaction, with its failures as ``LaneFault``.
@discardableResult
func withLaneFaults<Result>(
    _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
    do { return try await body() } catch let failure as PostgresFailure {
        // Outside a lane's transaction a lost COMMIT is repeated by whoever asked: all of these are repeatable.
        throw failure.kind == .ambiguousCommit ? LaneFault.unavailable(failure.description) : LaneFault(failure)
    }
}
