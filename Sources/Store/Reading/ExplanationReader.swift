import Domain
import PostgresClient
import Workflow

/// A routing decision, explained; with the register it saw, to name cadres by.
public struct ExplainedRouting: Sendable {
    public var status: RequestStatus
    /// Which assignment; nil when what is explained is why the request waits.
    public var assignment: Int32?
    public var register: Register
    public var explanation: RoutingExplanation
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
    /// A waiting request is explained with the loads of now, because those of the decision were not kept.
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
        let evidence: RoutingEvidence
        switch found.kept {
        case .grounds(let grounds):
            evidence = RoutingEvidence(finalists: grounds.finalists, atCapacity: Set(grounds.atCapacity))
        case .loads(let open):
            let full = register.cadres.values.filter { (open[$0.id] ?? 0) >= $0.capacity }
            evidence = RoutingEvidence(finalists: [], atCapacity: Set(full.map(\.id)))
        }
        return ExplainedRouting(
            status: found.status, assignment: found.number, register: register,
            explanation: explainRouting(request, register: register, evidence: evidence, at: found.at))
    }

    private enum Kept: Sendable {
        case grounds(Grounds)
        case loads([Cadre.ID: Int32])
    }

    private struct Decision: Sendable {
        var status: RequestStatus
        var number: Int32?
        var registerVersion: Int64
        var at: Instant
        var excluded: Set<Cadre.ID>
        var kept: Kept
    }

    private static func decision(
        _ id: RequestID, _ number: Int32?, on connection: PostgresConnection
    ) async throws -> Decision {
        let results = try await connection.pipeline([
            PostgresCall(RequestStatements.one, [.uuid(id.value)]),
            PostgresCall(
                """
                select number, cadre_id, register_version, assigned_at, ended_because, grounds
                from tuesday.assignment
                where request_id = $1
                order by number
                """, [.uuid(id.value)]),
            PostgresCall(
                "select register_version, decided_at from tuesday.waiting where request_id = $1", [.uuid(id.value)]),
        ])
        guard let row = results[0].first else { throw ExplanationRefusal.unknownRequest(id) }
        let status = try RequestStatus(row: row)
        if number == nil, status.state == .waiting, let waiting = results[2].first {
            return Decision(
                status: status, registerVersion: try waiting.int64(0),
                at: Instant(microseconds: try waiting.timestamp(1)),
                excluded: try excluded(results[1], before: .max),
                kept: .loads(try await loads(of: status.place.county, on: connection)))
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
            status: status, number: wanted, registerVersion: try made.int64(2),
            at: Instant(microseconds: try made.timestamp(3)), excluded: try excluded(results[1], before: wanted),
            kept: .grounds(grounds))
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

    private static func loads(
        of county: County.ID, on connection: PostgresConnection
    ) async throws -> [Cadre.ID: Int32] {
        let rows = try await connection.query(
            "select cadre_id, open from register.cadre_load where county_id = $1", [.int32(county.rawValue)])
        var open: [Cadre.ID: Int32] = [:]
        for row in rows { open[Cadre.ID(try row.int32(0))] = try row.int32(1) }
        return open
    }
}
