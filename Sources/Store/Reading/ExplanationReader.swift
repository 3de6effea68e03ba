import Domain
import PostgresClient
import Workflow

/// A routing decision, explained; with the register it saw, to name cadres by.
public struct ExplainedRouting: Sendable {
    public var status: RequestStatus
    /// Which assignment; nil when what is explained is why the request waits.
    public var assignment: Int32?
    /// Nil when an assignment is explained.
    public var wait: ExplainedWait?
    public var register: Register
    public var explanation: RoutingExplanation
}

/// The last decision to wait.
public struct ExplainedWait: Sendable, Hashable {
    /// How often it was decided so.
    public var attempts: Int32
    /// When it is decided again, unless something wakes the request earlier.
    public var retryAt: Instant
    /// Whom the decision found at capacity. Nil: it was made by a release that did not keep that.
    public var grounds: Grounds?
}

/// Why a request cannot be explained.
public enum ExplanationRefusal: Error, Hashable, CustomStringConvertible {
    case unknownRequest(RequestID)
    case unknownAssignment(RequestID, number: Int32, present: Int32)
    /// Nobody decided yet, or there was nothing to decide: imported as resolved, withdrawn before its routing.
    case notRouted(RequestID)
    case unreadableGrounds(RequestID, number: Int32)

    public var description: String {
        switch self {
        case .unknownRequest(let id): "There is no request \(id)."
        case .unknownAssignment(let id, let number, let present):
            "Request \(id) has no assignment number \(number); it was assigned \(present) times."
        case .notRouted(let id): "Request \(id) was not routed: nobody has been chosen, and nobody looked for."
        case .unreadableGrounds(let id, let number):
            "The grounds of assignment \(number) of request \(id) are not in the form that is written here."
        }
    }
}

/// Rebuilds explanations from what decisions kept and the register's history.
public struct ExplanationReader: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Explains an assignment by its number; nil: why it waits if it does, its last assignment otherwise.
    ///
    /// Either is explained as it was decided: at that instant, by the register of that time, with the loads it saw.
    /// - Throws: ``ExplanationRefusal``, ``RegisterRefusal``.
    public func explain(_ id: RequestID, assignment number: Int32? = nil) async throws -> ExplainedRouting {
        let found = try await pool.transaction(.snapshot) { connection in
            try await Self.decision(id, number, on: connection)
        }
        let register = try await RegisterStore(pool: pool).load(
            county: found.status.place.county, version: found.registerVersion)
        let request = RoutableRequest(
            id: id, village: found.status.place.village, service: found.status.place.service,
            excluded: found.excluded)
        let evidence = RoutingEvidence(
            finalists: found.grounds?.finalists ?? [], atCapacity: Set(found.grounds?.atCapacity ?? []))
        return ExplainedRouting(
            status: found.status, assignment: found.number, wait: found.wait, register: register,
            explanation: explainRouting(
                request, register: register, evidence: evidence, policyVersion: found.policyVersion, at: found.at))
    }

    private struct Decision: Sendable {
        var status: RequestStatus
        var number: Int32?
        var wait: ExplainedWait?
        var registerVersion: Int64
        var policyVersion: Int32
        var at: Instant
        var excluded: Set<Cadre.ID>
        var grounds: Grounds?
    }

    private static func decision(
        _ id: RequestID, _ number: Int32?, on connection: PostgresConnection
    ) async throws -> Decision {
        let results = try await connection.pipeline([
            PostgresCall(RequestStatements.these, [.uuids([id.value])]),
            PostgresCall(
                """
                select number, cadre_id, register_version, assigned_at, ended_because, grounds, policy_version
                from tuesday.assignment
                where request_id = $1
                order by number
                """, [.uuid(id.value)]),
            PostgresCall(
                """
                select register_version, decided_at, coalesce(policy_version, $2), attempts, retry_at, grounds
                from tuesday.waiting
                where request_id = $1
                """, [.uuid(id.value), .int16(Int16(truncatingIfNeeded: RoutingPolicy.current.version))]),
        ])
        guard let row = results[0].first else { throw ExplanationRefusal.unknownRequest(id) }
        let status = try RequestStatus(row: row)
        // While nothing is decided there may be a row already, which only sees to it that somebody decides.
        if number == nil, status.state == .waiting, status.reason != .routing, let waiting = results[2].first {
            let grounds = try waiting.optionalString(5).flatMap { Grounds(json: $0) }
            return Decision(
                status: status,
                wait: ExplainedWait(
                    attempts: try waiting.int32(3), retryAt: Instant(microseconds: try waiting.timestamp(4)),
                    grounds: grounds),
                registerVersion: try waiting.int64(0), policyVersion: Int32(try waiting.int16(2)),
                at: Instant(microseconds: try waiting.timestamp(1)), excluded: try excluded(results[1], before: .max),
                grounds: grounds)
        }
        guard let wanted = number ?? (status.assignment > 0 ? status.assignment : nil) else {
            throw ExplanationRefusal.notRouted(id)
        }
        guard let made = try results[1].first(where: { try $0.int32(0) == wanted }) else {
            throw ExplanationRefusal.unknownAssignment(id, number: wanted, present: status.assignment)
        }
        guard let grounds = Grounds(json: try made.string(5)) else {
            throw ExplanationRefusal.unreadableGrounds(id, number: wanted)
        }
        return Decision(
            status: status, number: wanted, registerVersion: try made.int64(2), policyVersion: Int32(try made.int16(6)),
            at: Instant(microseconds: try made.timestamp(3)), excluded: try excluded(results[1], before: wanted),
            grounds: grounds)
    }

    /// Who had declined or stayed silent by then.
    private static func excluded(_ assignments: PostgresResult, before number: Int32) throws -> Set<Cadre.ID> {
        var excluded: Set<Cadre.ID> = []
        for row in assignments where try row.int32(0) < number {
            let because = try row.optionalInt16(4).flatMap { EventType(rawValue: $0) }
            if because == .declined || because == .handedOver { excluded.insert(Cadre.ID(try row.int32(1))) }
        }
        return excluded
    }
}
