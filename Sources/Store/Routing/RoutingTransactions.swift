import Contracts
import Domain
import Failpoints
import PostgresClient
import Workflow

/// Routing, in PostgreSQL.
///
/// Locks that are waited for, in order: the lane, requests by id, waiting rows by id, cadre loads by id. Waiting rows whose
/// time has come are taken before their requests are known: neither of these is waited for, and where somebody holds the
/// request its waiting row stays as it is, due. To wait there would close a ring: whoever holds the request may be about to
/// write this waiting row, which a sweep made meanwhile.
///
/// New requests are not locked first. The change of their rows carries the number of their only event and finds none to
/// change where something happened meanwhile, or another router was first; then everything is decided again under locks.
public struct RoutingTransactions: RoutingStore {
    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func route(
        _ hints: RoutingHints, remainder: BatchRemainder, registers: [County.ID: Int64], ticket: LaneTicket,
        prepared: Prepared<RoutingResult>,
        candidates: @Sendable ([RoutingCase]) -> [Cadre.ID],
        decide: @Sendable ([RoutingCase], CadreLoads, Instant) -> [Placement]
    ) async throws -> LaneCommit {
        var result = RoutingResult(assigned: 0, waiting: 0)
        return try await LaneTransaction.run(
            on: pool, ticket, registers: registers, group: remainder.origin?.group ?? ConsumerGroup.router.rawValue,
            remainder: remainder, prepare: { prepared.set($0, result) }
        ) { transaction, attempt in
            let connection = transaction.connection
            let left = transaction.left
            var hints = hints
            let presumes = attempt == 0
            if !presumes {
                hints.requests += hints.arrivals.map(\.status.id)
                hints.arrivals = []
            }
            // The room that a parked request's records tell of is still offered to others.
            if !left.isEmpty {
                hints.requests.removeAll { left.contains($0) }
                hints.arrivals.removeAll { left.contains($0.status.id) }
            }
            let cases = try await hints.arrivals
                + Self.cases(hints, leaving: left, registers, now: transaction.now, on: connection)
            failpoint("route.requests-locked")
            let cadres = candidates(cases)
            // The third time, hold the loads while deciding: slower for others, but nobody can be refused again.
            let loads = try await Self.loads(of: cadres, locking: attempt >= 2, on: connection)
            // Decided by urgency, written in ascending order: the rows of a batch enter each index side by side.
            let placements = decide(cases, loads, transaction.now)
                .sorted { $0.subject.status.id < $1.subject.status.id }
            try await Self.write(placements, presuming: presumes, in: &transaction)
            failpoint("route.placements-written")
            try await transaction.appendRemainder()
            try await Self.reserve(placements, on: connection)
            failpoint("route.loads-reserved")
            result = RoutingResult(assigned: 0, waiting: 0)
            for placement in placements {
                if case .assign = placement.decision { result.assigned += 1 } else { result.waiting += 1 }
            }
        }
    }

    // MARK: which requests

    /// - Parameter parked: are left until their dead letter is settled. One whose time has come is looked at again after
    ///   the longest back-off.
    private static func cases(
        _ hints: RoutingHints, leaving parked: Set<RequestID>, _ registers: [County.ID: Int64], now: Instant,
        on connection: PostgresConnection
    ) async throws -> [RoutingCase] {
        let named = Set(hints.requests)
        var calls: [PostgresCall] = []
        if !named.isEmpty { calls += [RequestRow.locking(Array(named)), WaitingStatements.named(Array(named))] }
        if !hints.released.isEmpty { calls.append(WaitingStatements.woken(by: hints.released)) }
        if hints.dueLimit > 0 {
            calls.append(WaitingStatements.due(now, limit: hints.dueLimit))
            for (county, version) in registers {
                calls.append(WaitingStatements.outdated(county, version, limit: hints.dueLimit))
            }
        }
        guard !calls.isEmpty else { return [] }
        var results = try await connection.pipeline(calls)[...]
        var locked = named.isEmpty ? [] : try RequestRow.rows(results.removeFirst())
        var attempts: [RequestID: Int32] = [:]
        for result in results {
            for row in result { attempts[RequestID(try row.uuid(0))] = try row.int32(1) }
        }
        let left = parked.filter { attempts.removeValue(forKey: $0) != nil }.map(\.value)
        if hints.dueLimit > 0, !left.isEmpty {
            let seconds = RoutingPolicy.current.retrySeconds.upperBound
            try await connection.pipeline([WaitingStatements.postpone(left, bySeconds: seconds)])
        }
        let taken = attempts.keys.filter { !named.contains($0) }
        if !taken.isEmpty {
            let results = try await connection.pipeline([RequestRow.locking(taken, passesHeld: true)])
            locked += try RequestRow.rows(results[0])
            let found = Set(locked.lazy.map(\.status.id))
            let passed = taken.filter { !found.contains($0) }
            // Held by somebody, or there is no such request.
            if !passed.isEmpty {
                for row in try await connection.pipeline([RequestRow.existing(passed)])[0] {
                    attempts[RequestID(try row.uuid(0))] = nil
                }
            }
        }
        if !attempts.isEmpty {
            // Waits no longer, or does not exist: it must not come up again every second.
            let present = Set(locked.lazy.filter { $0.status.state == .waiting }.map(\.status.id))
            let moot = attempts.keys.filter { !present.contains($0) }.map(\.value)
            if !moot.isEmpty { try await connection.pipeline([WaitingStatements.forget(moot)]) }
        }
        let waiting = locked.filter { request in
            // A named request that waits for a found reason is woken by its waiting row, not by an old record.
            request.status.state == .waiting
                && (request.status.reason == .routing || attempts[request.status.id] != nil)
        }
        let again = waiting.filter { $0.status.assignment > 0 }.map(\.status.id.value)
        var excluded: [RequestID: Set<Cadre.ID>] = [:]
        if !again.isEmpty {
            let rows = try await connection.query(
                """
                select request_id, cadre_id
                from tuesday.assignment
                where request_id = any($1) and ended_because = any($2)
                """, [.uuids(again), .int16s([EventType.declined.rawValue, EventType.handedOver.rawValue])])
            for row in rows { excluded[RequestID(try row.uuid(0)), default: []].insert(Cadre.ID(try row.int32(1))) }
        }
        return waiting.map { request in
            RoutingCase(
                status: request.status, priority: request.priority, excluded: excluded[request.status.id] ?? [],
                attempts: attempts[request.status.id] ?? 0, isTimed: attempts[request.status.id] != nil)
        }
    }

    private static func loads(
        of cadres: [Cadre.ID], locking: Bool, on connection: PostgresConnection
    ) async throws -> CadreLoads {
        guard !cadres.isEmpty else { return CadreLoads() }
        let rows = try await connection.pipeline([LoadStatements.read(cadres, locking: locking)])[0]
        var open: [Cadre.ID: Int32] = [:]
        open.reserveCapacity(rows.count)
        for row in rows { open[Cadre.ID(try row.int32(0))] = try row.int32(1) }
        return CadreLoads(open: open)
    }

    // MARK: writing

    private static func write(
        _ placements: [Placement], presuming: Bool, in transaction: inout LaneTransaction
    ) async throws {
        guard !placements.isEmpty else { return }
        var writer = TransitionWriter()
        var assignments = PostgresCopyBuffer(columns: 9, reserve: placements.count * 180)
        var promises: [(deadline: Deadline, county: County.ID)] = []
        var notifications: [Notification] = []
        var waits: [Placement] = []
        var placed: [UInt128] = []
        for placement in placements {
            if let transition = placement.transition { writer.add(transition) }
            switch placement.decision {
            case .wait: waits.append(placement)
            case .assign(let assignment):
                if placement.subject.isTimed { placed.append(placement.subject.status.id.value) }
                let county = placement.subject.status.place.county
                if let promise = placement.promise { promises.append((promise, county)) }
                notifications.append(
                    Notification(
                        request: placement.subject.status.id, county: county,
                        recipient: Actor.cadre(assignment.cadre).word, template: "assigned"))
                assignments.beginRow()
                assignments.append(uuid: placement.subject.status.id.value)
                assignments.append(timestamp: transaction.now.microseconds)
                assignments.append(int64: placement.registerVersion)
                assignments.append(int32: placement.subject.status.assignment + 1)
                assignments.append(int32: county.rawValue)
                assignments.append(int32: assignment.cadre.rawValue)
                assignments.append(int16: Int16(truncatingIfNeeded: placement.policyVersion))
                assignments.append(int16: assignment.rung.rawValue)
                assignments.append(utf8: Grounds(assignment).json)
            }
        }
        try await writer.write(in: &transaction, presuming: presuming)
        if assignments.rowCount > 0 {
            try await transaction.connection.copy(
                into: """
                    tuesday.assignment (request_id, assigned_at, register_version, number, county_id, cadre_id,
                        policy_version, rung, grounds)
                    """, assignments)
        }
        try await DeadlineRows.write(promises, on: transaction.connection)
        try await transaction.append(notifications)
        var calls: [PostgresCall] = []
        if !waits.isEmpty { calls.append(WaitingStatements.write(waits, now: transaction.now)) }
        if !placed.isEmpty { calls.append(WaitingStatements.forget(placed)) }
        if !calls.isEmpty { try await transaction.connection.pipeline(calls) }
    }

    /// The last locks before COMMIT. Somebody else may have filled a cadre since the loads were read: then the
    /// transaction is decided again.
    private static func reserve(_ placements: [Placement], on connection: PostgresConnection) async throws {
        var counts: [Cadre.ID: Int32] = [:]
        for case .assign(let assignment) in placements.lazy.map(\.decision) { counts[assignment.cadre, default: 0] += 1 }
        guard !counts.isEmpty else { return }
        #if FAILPOINTS
            if isPlanted("capacity-checked-then-written") {
                try await connection.pipeline([LoadStatements.addUnguarded(counts)])
                return
            }
        #endif
        let results = try await connection.pipeline(LoadStatements.add(counts))
        if results[1].affected != counts.count { throw LaneTransaction.TryAgain() }
    }
}
