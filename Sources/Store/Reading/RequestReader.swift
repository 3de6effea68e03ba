import Contracts
import Domain
import PostgresClient
import Workflow

/// Reads requests from PostgreSQL, for those who may see them; never from the schema of personal data.
public struct RequestReader: BatchReading {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func request(_ id: RequestID) async throws -> RequestView? { try await requests([id])[id] }

    public func requests(_ ids: [RequestID]) async throws -> [RequestID: RequestView] {
        try await withLaneFaults {
            // One snapshot: the last event is the one the row counts.
            try await pool.transaction(.snapshot) { connection in
                let keys = PostgresParameter.uuids(ids.map(\.value))
                let results = try await connection.pipeline([
                    PostgresCall(RequestStatements.these, [keys]),
                    PostgresCall(RequestStatements.events, [keys]),
                    PostgresCall(RequestStatements.deadlines, [keys]),
                ])
                var views: [RequestID: RequestView] = [:]
                for row in results[0] {
                    let view = try RequestView(row: row)
                    views[view.status.id] = view
                }
                for row in results[1] { views[RequestID(try row.uuid(4))]?.events.append(try Self.event(row)) }
                for row in results[2] { views[RequestID(try row.uuid(5))]?.deadlines.append(try Self.deadline(row)) }
                return views
            }
        }
    }

    /// Requests looked through for one page of open or closed ones.
    static let lookedThroughLimit = 10_000

    /// The state has no index, because every index on it would be written each time a request moves. So a list of open
    /// or of closed requests that names neither village nor owner is looked through by id, a bounded number at a time.
    public func requests(_ filter: RequestFilter) async throws -> RequestPage {
        let before = PostgresParameter.uuid(filter.before?.value ?? .max)
        let wanted = max(0, filter.limit)
        // One more than wanted tells whether there are more.
        let limit = PostgresParameter.int64(Int64(wanted) + 1)
        let isOpen = PostgresParameter.bool(filter.isOpen)
        return try await withLaneFaults {
            // One snapshot: where looking ended is told by a second statement.
            try await pool.transaction(.snapshot) { connection in
                let result: PostgresResult
                if let owner = filter.owner {
                    result = try await connection.query(
                        RequestStatements.ofOwner, [.text(owner), .text(filter.village), isOpen, before, limit])
                } else if let village = filter.village {
                    result = try await connection.query(
                        RequestStatements.ofVillage, [.text(village), isOpen, before, limit])
                } else if filter.isOpen != nil {
                    result = try await connection.query(
                        RequestStatements.newestOfState,
                        [isOpen, before, limit, .int64(Int64(Self.lookedThroughLimit))])
                } else {
                    result = try await connection.query(RequestStatements.newest, [before, limit])
                }
                let found = try result.map { try RequestView(row: $0) }
                if found.count > wanted {
                    let page = Array(found.prefix(wanted))
                    return RequestPage(requests: page, next: page.last?.status.id ?? filter.before)
                }
                guard filter.isOpen != nil, filter.owner == nil, filter.village == nil else {
                    return RequestPage(requests: found, next: nil)
                }
                let end = try await connection.query(
                    RequestStatements.lookedThrough, [before, .int64(Int64(Self.lookedThroughLimit) - 1)])
                return RequestPage(requests: found, next: try end.first.map { RequestID(try $0.uuid(0)) })
            }
        }
    }

    public func cadre(code: String) async throws -> Cadre.ID? { try await cadres(codes: [code])[code] }

    public func cadres(codes: [String]) async throws -> [String: Cadre.ID] {
        try await withLaneFaults {
            try await pool.withConnection { connection in
                let rows = try await connection.query(
                    """
                    select c.code, min(c.id)
                    from register.county k
                    join register.cadre c on c.county_id = k.id and c.code = any($1)
                    group by c.code
                    having count(*) = 1
                    """, [.texts(codes)])
                var cadres: [String: Cadre.ID] = [:]
                for row in rows { cadres[try row.string(0)] = Cadre.ID(try row.int32(1)) }
                return cadres
            }
        }
    }

    /// From the roll-ups and the cadres' loads, not from requests: as fresh as statistics are.
    ///
    /// Every request is counted in one state; `assigned` stands for all three states that have an owner, `resolved`
    /// also for confirmed requests.
    public func liveFigures() async throws -> LiveFigures {
        try await withLaneFaults {
            try await pool.transaction(.snapshot) { connection in
                let results = try await connection.pipeline([
                    PostgresCall(RequestStatements.liveFigures), PostgresCall(RequestStatements.openCount),
                    PostgresCall("select clock.now()"),
                ])
                let sums = results[0][0]
                let waiting = try WaitingReason.allCases.enumerated().map { index, reason in
                    (reason: reason.word, count: try sums.int64(3 + index))
                }
                return LiveFigures(
                    byState: [
                        (RequestState.waiting.word, waiting.reduce(0) { $0 + $1.count }),
                        (RequestState.assigned.word, try results[1][0].int64(0)),
                        (RequestState.resolved.word, try sums.int64(0)),
                        (RequestState.withdrawn.word, try sums.int64(1)),
                    ],
                    waitingByReason: waiting.filter { $0.count != 0 }, breached: try sums.int64(2),
                    now: Instant(microseconds: try results[2][0].timestamp(0)))
            }
        }
    }

    private static func event(_ row: PostgresRow) throws -> RequestView.EventLine {
        guard let type = EventType(rawValue: try row.int16(1)) else {
            throw PostgresFailure(.decode, "an event has the unknown type \(try row.int16(1))")
        }
        return RequestView.EventLine(
            seq: try row.int32(0), type: type.word, at: Instant(microseconds: try row.timestamp(2)),
            body: try row.utf8(3))
    }

    private static func deadline(_ row: PostgresRow) throws -> RequestView.DeadlineLine {
        guard let kind = DeadlineKind(rawValue: try row.int16(0)) else {
            throw PostgresFailure(.decode, "a deadline has the unknown kind \(try row.int16(0))")
        }
        return RequestView.DeadlineLine(
            kind: kind.word, epoch: try row.int32(1), dueAt: Instant(microseconds: try row.timestamp(2)),
            metAt: try row.optionalInstant(3), breachedAt: try row.optionalInstant(4))
    }
}

extension RequestView {
    /// From the columns of ``RequestStatements/columns``.
    init(row: PostgresRow) throws {
        self.init(
            status: try RequestStatus(row: row), county: try row.string(14), town: try row.string(15),
            village: try row.string(16), service: try row.string(17), serviceName: try row.string(18),
            owner: try row.optionalString(19), ownerName: try row.optionalString(20), priority: try row.int16(21),
            submittedAt: Instant(microseconds: try row.timestamp(22)), assignedAt: try row.optionalInstant(23),
            acknowledgedAt: try row.optionalInstant(24), closedAt: try row.optionalInstant(25))
    }
}

extension PostgresRow {
    func optionalInstant(_ column: Int) throws -> Instant? {
        try optionalTimestamp(column).map { Instant(microseconds: $0) }
    }
}
