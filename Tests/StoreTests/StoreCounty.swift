import Contracts
import Domain
import Logging
import PostgresClient
import Store
import Synchronization
import TestSupport
import Workflow

/// A database with a small county, and the workers' parts on it.
///
/// Two towns of three villages; a resident cadre each (`C1` to `C6`, skill `K1` at level 2), one per town (`C7`, `C8`:
/// also `K2` at level 3) and one in the pool (`C9`, the same). Services: `S1` needs `K1`, `S2` needs `K2` at level 2,
/// `S3` needs a level nobody has.
struct StoreCounty: Sendable {
    let conninfo: String
    let pool: PostgresPool
    let registers: RegisterCache
    let log: Int32
    var topic = TestTopic()

    /// 2026-11-23 10:00 in the county, a Monday.
    static let monday = Instant(seconds: 1_795_399_200)

    /// Tests all start at once; without this their pools together would want more connections than a server has.
    private static let turns = Turns(10)

    static func with(_ body: nonisolated(nonsending) (StoreCounty) async throws -> Void) async throws {
        try await turns.take { try await withDatabase(body) }
    }

    nonisolated(nonsending) private static func withDatabase(
        _ body: nonisolated(nonsending) (StoreCounty) async throws -> Void
    ) async throws {
        let template = try await template.value
        let conninfo = try await TestPostgres.freshDatabase(
            "county", template: TestPostgres.databaseName(of: template))
        let pool = PostgresPool(PostgresSettings(conninfo: conninfo, maximumConnections: 12))
        do {
            let log = try await LaneStore(pool: pool).log(cluster: "test", incarnation: "one").id
            try await body(
                StoreCounty(
                    conninfo: conninfo, pool: pool, registers: RegisterCache(source: RegisterReading(pool: pool)), log: log))
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }

    private static let template = Task {
        let conninfo = try await TestPostgres.freshDatabase("county_template")
        let pool = PostgresPool(PostgresSettings(conninfo: conninfo, maximumConnections: 2))
        try await Migrator(pool: pool, files: SchemaFiles.shipped()).migrate()
        try await pool.withConnection { try await $0.execute(script: register) }
        await pool.close()
        return conninfo
    }

    private static let register = """
        insert into register.county (code, name) values ('C', 'County');
        insert into register.town (county_id, code, name) values (1, 'T1', 'North'), (1, 'T2', 'South');
        insert into register.village (county_id, town_id, code, name)
        select 1, case when n <= 3 then 1 else 2 end, 'V' || n, 'Village ' || n from generate_series(1, 6) n;
        insert into register.skill (county_id, code, name, tier) values (1, 'K1', 'Water', 1), (1, 'K2', 'Land', 2);
        insert into register.service (county_id, code, name, skill_id, level, acknowledge_minutes, resolve_minutes, priority)
        values (1, 'S1', 'Tap', 1, 1, 60, 420, 3), (1, 'S2', 'Deed', 2, 2, 60, 840, 2), (1, 'S3', 'Dam', 2, 5, 60, 840, 1);
        insert into register.agency (county_id, code, name) values (1, 'A1', 'Office');
        insert into register.post (county_id, agency_id, code, name) values (1, 1, 'P1', 'Clerk');
        insert into register.cadre (county_id, post_id, code, name, capacity)
        select 1, 1, 'C' || n, 'Cadre ' || n, 20 from generate_series(1, 9) n;
        update register.town set lead_cadre_id = 7 where id = 1;
        insert into register.coverage (county_id, cadre_id, role, village_id)
        select 1, n, 1, n from generate_series(1, 6) n;
        insert into register.coverage (county_id, cadre_id, role, town_id) values (1, 7, 3, 1), (1, 8, 3, 2);
        insert into register.coverage (county_id, cadre_id, role) values (1, 9, 4);
        insert into register.certificate (county_id, cadre_id, skill_id, level, issued_at, expires_at)
        select 1, n, 1, 2, timestamptz '2020-01-01', timestamptz '2040-01-01' from generate_series(1, 9) n
        union all
        select 1, n, 2, 3, '2020-01-01', '2040-01-01' from generate_series(7, 9) n;
        insert into clock.virtual (now_at, set_at, rate) values (to_timestamp(1795399200), clock_timestamp(), 0);
        """

    // MARK: the workers' parts

    func lane(_ name: String = "test") -> PoolLane {
        PoolLane(pool: name, owner: name, keeper: LaneStore(pool: pool), sink: topic, log: Logger(label: "test"))
    }

    func claim(_ group: String, partition: Int32 = 0) async throws -> LaneTicket {
        try await LaneStore(pool: pool).claim(
            log: log, group: group, topic: Topic.requests.rawValue, partition: partition, owner: "test")
    }

    var intake: AcceptSubmissions {
        AcceptSubmissions(store: SubmissionTransactions(pool: pool), registers: registers) { acceptedAt in
            RequestID(acceptedAt: acceptedAt, random: UInt128.random(in: 0 ... .max))
        }
    }

    var router: RouteRequests {
        RouteRequests(store: RoutingTransactions(pool: pool), registers: registers, log: Logger(label: "test"))
    }
    var followUp: FollowUpRequests {
        FollowUpRequests(store: FollowUpTransactions(pool: pool), registers: registers, log: Logger(label: "test"))
    }
    var statistics: FoldStatistics { FoldStatistics(store: StatisticsTransactions(pool: pool)) }
    var moves: MoveRequests { MoveRequests(store: MoveTransactions(pool: pool)) }

    static func submission(
        _ source: String, village: String = "V1", service: String = "S1", description: String = "it drips"
    ) -> Submission {
        Submission(
            channel: "test", sourceID: source, village: village, service: service, subject: "", description: description)
    }

    /// Accepts so many submissions, spread over the villages unless one is named.
    @discardableResult
    func submit(
        _ count: Int, village: String? = nil, service: String = "S1", lane: PoolLane? = nil
    ) async throws -> [RequestID] {
        let used = lane ?? self.lane("intake")
        let prefix = "\(UInt64.random(in: 0 ... .max))"
        let outcomes = try await intake.accept(
            (0..<count).map { Self.submission("\(prefix)-\($0)", village: village ?? "V\($0 % 6 + 1)", service: service) },
            lane: used)
        await drain(used)
        // How far it published is written after that: a test that changes the row is not to be overtaken by it.
        if lane == nil { await used.close() }
        return try outcomes.map { outcome in
            guard case .accepted(let id) = try outcome.get() else { throw Unexpected(what: "\(outcome)") }
            return id
        }
    }

    /// Waits until what the lane committed is on the topic.
    func drain(_ lane: PoolLane) async {
        while await lane.pendingCount > 0 { await Task.yield() }
    }

    /// Lets a group read what it has not read of the topic, and puts what it commits there.
    @discardableResult
    func consume(
        _ handler: some BatchHandler, _ group: String, partition: Int32 = 0, of partitions: Int = 1,
        from records: [IncomingRecord]? = nil
    ) async throws -> LaneTicket {
        var ticket = try await claim(group, partition: partition)
        let all = records ?? topic.records(partition: partition, of: partitions)
        let batch = Array(all.filter { $0.offset >= ticket.nextOffset })
        guard !batch.isEmpty else { return ticket }
        ticket = ticket.advanced(past: batch)
        let origin = RecordOrigin(group: group, topic: Topic.requests.rawValue, partition: partition)
        let commit = try await handler.handle(batch, from: origin, ticket: ticket)
        try await topic.publish(commit.messages)
        ticket.laneSeq = commit.laneSeq
        return ticket
    }

    @discardableResult
    func move(_ request: RequestID, _ move: Move, by actor: Actor) async throws -> MoveOutcome {
        let lane = lane("move")
        let outcome = try await moves.move([MoveCommand(request: request, move: move, actor: actor)], lane: lane)[0]
        await drain(lane)
        await lane.close()
        return outcome
    }

    func status(_ id: RequestID) async throws -> RequestStatus {
        guard let view = try await RequestReader(pool: pool).request(id) else { throw Unexpected(what: "no request \(id)") }
        return view.status
    }

    // MARK: the database

    func run(_ script: String) async throws {
        try await pool.withConnection { try await $0.execute(script: script) }
    }

    func setClock(_ now: Instant) async throws {
        try await run("update clock.virtual set now_at = to_timestamp(\(Double(now.microseconds) / 1_000_000))")
    }

    func texts(_ sql: String) async throws -> [String] {
        try await pool.withConnection { connection in
            try await connection.query(PostgresStatement(unprepared: sql)).map { try $0.string(0) }
        }
    }

    func count(_ sql: String) async throws -> Int {
        try await pool.withConnection { connection in
            Int(try await connection.query(PostgresStatement(unprepared: "select count(*) from \(sql)"))[0].int64(0))
        }
    }

    /// Returns when so many sessions wait for locks at once.
    func awaitLockWaits(_ sessions: Int) async throws {
        let waiting = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        while try await count(waiting) < sessions { await Task.yield() }
    }

    /// How many deadlocks the server ever broke in this database. Its counters come from reports, so ask for one.
    func deadlocks() async throws -> Int64 {
        try await pool.withConnection { connection in
            try await connection.query(PostgresStatement(unprepared: "select pg_stat_clear_snapshot()"))
            return try await connection.query(
                PostgresStatement(
                    unprepared: "select deadlocks from pg_stat_database where datname = current_database()"))[0].int64(0)
        }
    }
}

struct Unexpected: Error {
    let what: String
}

/// Stands for the topic `tuesday.requests.v1`: what was published, in order, repeats included.
final class TestTopic: MessageSink {
    private let messages = Mutex<[OutgoingMessage]>([])

    func publish(_ published: [OutgoingMessage]) async throws {
        messages.withLock { $0.append(contentsOf: published) }
    }

    var all: [OutgoingMessage] { messages.withLock { $0 } }

    /// The request events of one partition as they would be read.
    func records(partition: Int32 = 0, of partitions: Int = 1) -> [IncomingRecord] {
        all.filter { message in
            message.topic == .requests && message.key.map { Int($0.last ?? 0) % partitions } == Int(partition)
        }.enumerated().map { offset, message in
            IncomingRecord(
                offset: Int64(offset), key: message.key, value: message.value, headers: message.headers,
                timestamp: message.at)
        }
    }
}
