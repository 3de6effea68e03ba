import Domain
import PostgresClient
import Workflow

/// Follow-up, in PostgreSQL.
///
/// Locks, in order: the lane, deadlines, requests by id, cadre loads by id.
public struct FollowUpTransactions: FollowUpStore {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func follow(
        _ hints: [RequestID: Set<EventType>], remainder: BatchRemainder, registers: [County.ID: Int64],
        ticket: LaneTicket, plan: @Sendable ([FollowUpCase]) -> FollowUpPlan
    ) async throws -> LaneCommit {
        try await LaneTransaction.run(on: pool, ticket, registers: registers) { transaction, _ in
            let connection = transaction.connection
            let ids = hints.keys.sorted()
            if !ids.isEmpty {
                let live = try await connection.pipeline([DeadlineStatements.lock(ids)])[0].map { try DeadlineKey(row: $0) }
                let locked = try await LockedRequest.lock(ids, on: connection)
                let (known, settled, reopenedAt) = try await Self.past(of: locked, live: Set(live), on: connection)
                let plan = plan(
                    locked.map { request in
                        FollowUpCase(
                            status: request.status, assignedAt: request.assignedAt,
                            promisedFrom: reopenedAt[request.status.id] ?? request.status.acceptedAt,
                            isSettled: settled.contains(DeadlineKey(resolving: request.status)),
                            isAnnounced: known.contains(DeadlineKey(acknowledging: request.status)),
                            isOwed: live.contains(DeadlineKey(resolving: request.status)),
                            types: hints[request.status.id] ?? [])
                    })
                let statuses = Dictionary(uniqueKeysWithValues: locked.map { ($0.status.id, $0.status) })
                try await Self.write(
                    plan.deadlines.filter { !known.contains(DeadlineKey($0)) }, statuses, on: connection)
                if !plan.metKinds.isEmpty {
                    try await connection.pipeline([
                        DeadlineStatements.settle(plan.metKinds, statuses, now: transaction.now)
                    ])
                }
                try await transaction.append(plan.notifications)
            }
            try await transaction.append(remainder)
        }
    }

    public func fireDue(
        limit: Int, ticket: LaneTicket, prepared: Prepared<Int>,
        plan: @Sendable (Deadline, RequestStatus, Instant) -> FiringPlan
    ) async throws -> LaneCommit {
        var count = 0
        return try await LaneTransaction.run(on: pool, ticket, prepare: { prepared.set($0, count) }) {
            transaction, _ in
            let connection = transaction.connection
            let now = transaction.now
            let due = try await connection.pipeline([DeadlineStatements.due(now, limit: limit)])[0]
                .map { try Deadline(row: $0) }
            count = due.count
            let locked = try await LockedRequest.lock(Array(Set(due.map(\.request))), on: connection)
            var present = Dictionary(uniqueKeysWithValues: locked.map { ($0.status.id, $0.status) })
            var writer = TransitionWriter()
            var notifications: [Notification] = []
            var fired: [FiredDeadline] = []
            for deadline in due {
                guard let status = present[deadline.request] else {
                    // No request has this id; `tuesday verify` says so. It must not come up again every second.
                    fired.append(FiredDeadline(deadline))
                    continue
                }
                let planned = plan(deadline, status, now)
                for transition in planned.transitions {
                    writer.add(transition)
                    // A deadline of the same request further on in the batch sees what this one did.
                    present[deadline.request] = transition.status
                }
                notifications += planned.notifications
                fired.append(FiredDeadline(deadline, planned.firing, now: now))
            }
            if !fired.isEmpty { try await connection.pipeline([DeadlineStatements.write(fired)]) }
            try await writer.write(in: &transaction)
            try await transaction.append(notifications)
            try await writer.releaseLoads(on: connection)
        }
    }

    /// Which deadlines exist, which of them were kept, and when reopened requests were last reopened.
    ///
    /// While this transaction waited for a request, another lane that follows it may have set a deadline, and a timer
    /// may hold that one and wait for the request. To lock it now would be against the order: begin again.
    private static func past(
        of requests: [LockedRequest], live: Set<DeadlineKey>, on connection: PostgresConnection
    ) async throws -> (known: Set<DeadlineKey>, settled: Set<DeadlineKey>, reopenedAt: [RequestID: Instant]) {
        var calls = [DeadlineStatements.known(requests.map(\.status.id))]
        let reopened = requests.filter { $0.status.timerEpoch > 0 }.map(\.status.id)
        if !reopened.isEmpty { calls.append(DeadlineStatements.reopenings(reopened)) }
        let results = try await connection.pipeline(calls)
        var known: Set<DeadlineKey> = []
        var settled: Set<DeadlineKey> = []
        for row in results[0] {
            let key = try DeadlineKey(row: row)
            if try row.bool(3), !live.contains(key) { throw LaneTransaction.TryAgain() }
            known.insert(key)
            if try row.bool(4) { settled.insert(key) }
        }
        var reopenedAt: [RequestID: Instant] = [:]
        for result in results.dropFirst() {
            for row in result {
                reopenedAt[RequestID(try row.uuid(0))] = Instant(microseconds: try row.timestamp(1))
            }
        }
        return (known, settled, reopenedAt)
    }

    private static func write(
        _ deadlines: [Deadline], _ statuses: [RequestID: RequestStatus], on connection: PostgresConnection
    ) async throws {
        guard !deadlines.isEmpty else { return }
        var rows = PostgresCopyBuffer(columns: 9, reserve: deadlines.count * 110)
        var written: Set<DeadlineKey> = []
        for deadline in deadlines where written.insert(DeadlineKey(deadline)).inserted {
            guard let status = statuses[deadline.request] else {
                preconditionFailure("follow-up planned a deadline for a request it was not given")
            }
            rows.beginRow()
            rows.append(uuid: deadline.request.value)
            rows.append(timestamp: deadline.remindAt.microseconds)
            rows.append(timestamp: deadline.dueAt.microseconds)
            rows.append(timestamp: deadline.escalateAt.microseconds)
            rows.append(timestamp: deadline.nextAt?.microseconds)
            rows.append(int32: deadline.epoch)
            rows.append(int32: status.place.county.rawValue)
            rows.append(int16: deadline.kind.rawValue)
            rows.append(int16: deadline.stage.rawValue)
        }
        try await connection.copy(
            into: """
                tuesday.deadline (request_id, remind_at, due_at, escalate_at, next_at, epoch, county_id, kind, stage)
                """, rows)
    }
}

private struct DeadlineKey: Hashable {
    var request: RequestID
    var kind: Int16
    var epoch: Int32

    init(_ deadline: Deadline) {
        request = deadline.request
        kind = deadline.kind.rawValue
        epoch = deadline.epoch
    }

    /// The present promise to answer.
    init(resolving status: RequestStatus) {
        request = status.id
        kind = DeadlineKind.resolve.rawValue
        epoch = status.timerEpoch
    }

    /// The present owner's promise to acknowledge.
    init(acknowledging status: RequestStatus) {
        request = status.id
        kind = DeadlineKind.acknowledge.rawValue
        epoch = status.assignment
    }

    /// From the columns request, kind, epoch.
    init(row: PostgresRow) throws {
        request = RequestID(try row.uuid(0))
        kind = try row.int16(1)
        epoch = try row.int32(2)
    }
}
