import Domain
import Failpoints
import PostgresClient
import Workflow

/// Follow-up, in PostgreSQL.
///
/// Locks, in order: the lane, deadlines, requests by id, cadre loads by id.
///
/// Setting deadlines locks no request. Between the look at a request's row and the commit of its deadline, the request may
/// be closed or given to somebody else. The deadline then is one too many, and firing, which does lock the request,
/// finds it obsolete; what is true now comes with the record of that change. Two lanes that follow one request (when
/// partitions were added) meet at the deadline's key: the later one begins again and finds it there, or finds it kept, so
/// nobody is told twice.
public struct FollowUpTransactions: FollowUpStore {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func follow(
        _ requests: Set<RequestID>, remainder: BatchRemainder, registers: [County.ID: Int64],
        ticket: LaneTicket, plan: @Sendable ([FollowUpCase]) -> FollowUpPlan
    ) async throws -> LaneCommit {
        let ids = requests.sorted()
        return try await LaneTransaction.run(
            on: pool, ticket, registers: registers, group: remainder.origin?.group, remainder: remainder,
            reading: ids.isEmpty ? [] : [RequestRow.read(ids), DeadlineStatements.known(ids)]
        ) { transaction, _ in
            if !ids.isEmpty {
                let answers = Array(transaction.read)
                let left = transaction.left
                let requests = try RequestRow.rows(answers[0]).filter { !left.contains($0.status.id) }
                let promises = try Promises(answers[1])
                failpoint("follow.requests-read")
                let reopenedAt = try await Self.reopenings(of: requests, on: transaction.connection)
                let plan = plan(
                    requests.map { request in
                        let status = request.status
                        return FollowUpCase(
                            status: status, promisedFrom: reopenedAt[status.id] ?? status.acceptedAt,
                            isPromised: promises.known.contains(DeadlineKey(resolving: status)),
                            isSettled: promises.kept.contains(DeadlineKey(resolving: status)))
                    })
                try await DeadlineRows.write(plan.deadlines, on: transaction.connection)
                let unkept = try await Self.settle(plan.settled, on: transaction.connection)
                // Another lane wrote one down as kept, and told of it, between the look and the lock.
                let told = Set(plan.notifications.map(\.request))
                for request in requests where told.contains(request.status.id) {
                    guard unkept.contains(DeadlineKey(resolving: request.status)) else { throw LaneTransaction.TryAgain() }
                }
                failpoint("follow.promises-written")
                try await transaction.append(plan.notifications)
            }
            try await transaction.appendRemainder()
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
            failpoint("fire.deadlines-claimed")
            let locked = try await RequestRow.lock(Array(Set(due.map(\.request))), on: connection)
            var present = Dictionary(uniqueKeysWithValues: locked.map { ($0.status.id, $0.status) })
            var writer = TransitionWriter()
            var notifications: [Notification] = []
            var fired: [FiredDeadline] = []
            for deadline in due {
                guard var status = present[deadline.request] else {
                    // No request has this id; `tuesday verify` says so. It must not come up again every second.
                    fired.append(FiredDeadline(deadline))
                    continue
                }
                if isPlanted("timer-without-recheck"), !status.state.isOpen {
                    (status.state, status.reason, status.resolvedAt) = (.waiting, .routing, nil)
                    status.timerEpoch = deadline.epoch
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
            failpoint("fire.deadlines-written")
            try await writer.write(in: &transaction)
            try await transaction.append(notifications)
            try await writer.releaseLoads(on: connection)
        }
    }

    public func postpone(
        _ deadline: Deadline, minutes: Int64, ticket: LaneTicket, prepared: Prepared<Int>
    ) async throws -> LaneCommit {
        try await LaneTransaction.run(on: pool, ticket, prepare: { prepared.set($0, 1) }) { transaction, _ in
            let later = transaction.now.adding(minutes: minutes)
            try await transaction.connection.pipeline([DeadlineStatements.postpone(deadline, to: later)])
        }
    }

    /// When requests that were reopened were last reopened.
    private static func reopenings(
        of requests: [RequestRow], on connection: PostgresConnection
    ) async throws -> [RequestID: Instant] {
        let reopened = requests.filter { $0.status.timerEpoch > 0 }.map(\.status.id)
        guard !reopened.isEmpty else { return [:] }
        var at: [RequestID: Instant] = [:]
        for row in try await connection.pipeline([DeadlineStatements.reopenings(reopened)])[0] {
            at[RequestID(try row.uuid(0))] = Instant(microseconds: try row.timestamp(1))
        }
        return at
    }

    /// - Returns: the requests' promises that were not kept until then.
    private static func settle(
        _ settled: [SettledPromises], on connection: PostgresConnection
    ) async throws -> Set<DeadlineKey> {
        guard !settled.isEmpty else { return [] }
        let results = try await connection.pipeline([
            DeadlineStatements.lock(Set(settled.map(\.request))), DeadlineStatements.settle(settled),
        ])
        return Set(try results[0].map { try DeadlineKey(row: $0) })
    }
}

/// What stands in the deadlines' table about some requests.
private struct Promises {
    var known: Set<DeadlineKey> = []
    var kept: Set<DeadlineKey> = []

    init(_ rows: PostgresResult) throws {
        known.reserveCapacity(rows.count)
        for row in rows {
            let key = try DeadlineKey(row: row)
            known.insert(key)
            if try row.bool(3) { kept.insert(key) }
        }
    }
}

private struct DeadlineKey: Hashable {
    var request: RequestID
    var kind: Int16
    var epoch: Int32

    /// The present promise to answer.
    init(resolving status: RequestStatus) {
        request = status.id
        kind = DeadlineKind.resolve.rawValue
        epoch = status.timerEpoch
    }

    /// From the columns request, kind, epoch.
    init(row: PostgresRow) throws {
        request = RequestID(try row.uuid(0))
        kind = try row.int16(1)
        epoch = try row.int32(2)
    }
}
