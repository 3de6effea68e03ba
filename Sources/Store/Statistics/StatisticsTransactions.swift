import Contracts
import Domain
import Failpoints
import PostgresClient
import Workflow

/// Folding of events into figures, in PostgreSQL.
///
/// What arrives is taken for what comes next: new rows are written, old ones changed if they count up to just before it,
/// without a look at them first. Where that is wrong (records repeated, swapped or missing) all of it is done again under
/// locks.
///
/// Locks, in order: the lane, the requests' fold rows by id. The rows of figures and of changed hours belong to the lane
/// alone; of the latter, those of hours that are over may be held for a moment by ``WindowTransactions``.
public struct StatisticsTransactions: StatisticsStore {
    /// How many requests one step of ``foldMissing(ticket:upTo:progressed:)`` looks at.
    static let step = 2_000

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func fold(
        _ events: [RequestEvent], remainder: BatchRemainder, ticket: LaneTicket
    ) async throws -> LaneCommit {
        let byRequest = Self.byRequest(events)
        return try await LaneTransaction.run(
            on: pool, ticket, group: remainder.origin?.group, remainder: remainder,
            reading: byRequest.isEmpty ? [] : [FoldStatements.unknown(byRequest)]
        ) { transaction, attempt in
            let connection = transaction.connection
            if let row = transaction.read.first?.first {
                throw LaneFault.failed(
                    "request \(RequestID(try row.uuid(0))) has no event \(try row.int32(1)) in PostgreSQL: Tuesday did not write this record"
                )
            }
            var arrived = byRequest
            if !transaction.left.isEmpty { arrived.removeAll { transaction.left.contains($0.request) } }
            let folded = attempt == 0 ? nil : try await FoldStatements.lock(arrived.map(\.request), on: connection)
            failpoint("fold.rows-locked")
            try await Self.fold(
                arrived.map { arrived in
                    Folding(
                        request: arrived.request, last: folded.map { $0[arrived.request] } ?? arrived.before,
                        arrived: arrived.events)
                }, lane: ticket.lane, now: transaction.now, on: connection)
            failpoint("fold.figures-written")
            try await transaction.appendRemainder()
        }
    }

    /// In order of id. They are sorted once and not gathered request by request: most requests have one event or two.
    private static func byRequest(_ events: [RequestEvent]) -> [ArrivedEvents] {
        let order = events.indices.sorted { first, second in
            (events[first].request, events[first].seq) < (events[second].request, events[second].seq)
        }
        let events = order.map { events[$0] }
        var arrived: [ArrivedEvents] = []
        var start = 0
        for end in 1..<(events.count + 1) where end == events.count || events[end].request != events[start].request {
            arrived.append(ArrivedEvents(events: events[start..<end]))
            start = end
        }
        return arrived
    }

    public func foldMissing(ticket: LaneTicket, upTo low: Int64, progressed: @Sendable () -> Void) async throws {
        var after = RequestID(0)
        while true {
            let (missing, last) = try await withLaneFaults {
                try await pool.withConnection {
                    try await FoldStatements.missing(after: after, limit: Self.step, lane: ticket.lane, on: $0)
                }
            }
            guard let last else { break }
            after = last
            defer { progressed() }
            guard !missing.isEmpty else { continue }
            _ = try await LaneTransaction.run(on: pool, ticket) { transaction, _ in
                let connection = transaction.connection
                let folded = try await FoldStatements.lock(missing.map(\.request), on: connection)
                try await Self.fold(
                    missing.map { Folding(request: $0.request, last: folded[$0.request], through: $0.through) },
                    lane: ticket.lane, now: transaction.now, on: connection)
            }
        }
        var arrived = ticket
        arrived.nextOffset = low
        _ = try await LaneTransaction.run(on: pool, arrived) { _, _ in }
    }

    /// - Parameter foldings: in order of id.
    private static func fold(
        _ foldings: [Folding], lane: Int32, now: Instant, on connection: PostgresConnection
    ) async throws {
        let foldings = foldings.filter { $0.through > $0.counted || isPlanted("no-seq-guard") }
        guard !foldings.isEmpty else { return }
        let missing = try await FoldStatements.events(of: foldings.filter { $0.next == nil }, on: connection)
        var villages: [RollUpKey: Figures] = [:]
        var services: [RollUpKey: Figures] = [:]
        for folding in foldings {
            for event in folding.next ?? missing[folding.request]?[...] ?? [] {
                let (key, figures) = figures(of: event)
                guard !figures.isZero else { continue }
                villages[RollUp.villageHour.key(of: key), default: Figures()] += figures
                services[RollUp.serviceHour.key(of: key), default: Figures()] += figures
            }
        }
        try await FoldStatements.write(foldings, on: connection)
        var calls: [PostgresCall] = []
        for (rollUp, sums) in [(RollUp.villageHour, villages), (.serviceHour, services)] {
            let rows = sums.filter { !$0.value.isZero }.sorted { $0.key < $1.key }
            if !rows.isEmpty { calls.append(rollUp.add(rows.map { ($0.key, $0.value) }, lane: lane)) }
        }
        if !calls.isEmpty {
            calls.append(ChangedHours.mark(villages.keys, lane: lane, now: now))
            try await connection.pipeline(calls)
        }
    }
}

/// What records brought of one request.
struct ArrivedEvents {
    /// By `seq`, with repeats and gaps; at least one.
    let events: ArraySlice<RequestEvent>

    var request: RequestID { events[events.startIndex].request }
    /// The `seq` just before them; nil when they begin with the first.
    var before: Int32? { events[events.startIndex].seq > 1 ? events[events.startIndex].seq - 1 : nil }
    var lastSeq: Int32 { events[events.endIndex - 1].seq }
}

/// Which events of one request are to be counted.
struct Folding {
    let request: RequestID
    /// The `seq` counted last; nil when none was, and no row says so.
    let last: Int32?
    /// The `seq` to have been counted afterwards.
    let through: Int32
    /// The events to count, in order; nil when some of them are to be read from the event table.
    let next: ArraySlice<RequestEvent>?

    var counted: Int32 { last ?? 0 }

    /// - Parameter arrived: what records brought, by `seq`, with repeats and gaps.
    init(request: RequestID, last: Int32?, arrived: ArraySlice<RequestEvent>) {
        let counted = last ?? 0
        let next = isPlanted("no-seq-guard") ? arrived : Self.withoutRepeats(arrived.drop { $0.seq <= counted })
        self.request = request
        self.last = last
        through = max(next.last?.seq ?? counted, counted)
        self.next = Int(through) - Int(counted) == next.count || isPlanted("no-seq-guard") ? next : nil
    }

    private static func withoutRepeats(_ events: ArraySlice<RequestEvent>) -> ArraySlice<RequestEvent> {
        guard events.indices.dropFirst().contains(where: { events[$0 - 1].seq == events[$0].seq }) else { return events }
        return events.reduce(into: []) { kept, event in
            if kept.last?.seq != event.seq { kept.append(event) }
        }
    }

    init(request: RequestID, last: Int32?, through: Int32) {
        self.request = request
        self.last = last
        self.through = through
        next = nil
    }
}
