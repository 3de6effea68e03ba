import AsyncHTTPClient
import Contracts
import EmbeddedPostgres
import Foundation
import KafkaClient
import PostgresClient
import TestSupport

/// A Tuesday of the tests: a database of its own with ``TestCounty``, a broker in this process (or the one that
/// `TUESDAY_TEST_KAFKA` names), and the four workers as they are shipped.
final class Scenario: Sendable {
    static let partitions = 8

    let pool: PostgresPool
    let bootstrapServers: String
    let admin: KafkaAdmin
    let producer: KafkaProducer
    let url: String
    /// High watermarks at the start: what a broker in use held before.
    let beginnings: [KafkaPartition: Int64]
    private let directory: String
    private let libpq: [String: String]
    private let hasRoles: Bool
    private let incarnation: String
    private let httpPort: Int
    private let broker: EmbeddedBroker?

    /// Runs `body` with everything but the workers started, and cleans up after it.
    static func run(_ body: (Scenario) async throws -> Void) async throws {
        let scenario = try await Scenario()
        do { try await body(scenario) } catch {
            await scenario.end()
            throw error
        }
        await scenario.end()
        // A failed scenario leaves its logs behind.
        try? FileManager.default.removeItem(atPath: scenario.directory)
    }

    private init() async throws {
        let conninfo = try await TestPostgres.freshDatabase("scenario")
        let libpq = Self.variables(of: conninfo)
        // With a password only the user it belongs to can connect.
        hasRoles = libpq["PGPASSWORD"] == nil
        self.libpq = libpq
        pool = PostgresPool(PostgresSettings(conninfo: conninfo, applicationName: "scenario"))
        incarnation = String(UInt64.random(in: .min ... .max), radix: 16)
        directory = "/tmp/tuesday-scenario-\(incarnation)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        httpPort = try TestPort.take()
        url = "http://127.0.0.1:\(httpPort)"

        let given = ProcessInfo.processInfo.environment["TUESDAY_TEST_KAFKA"] ?? ""
        broker = given.isEmpty ? try EmbeddedBroker(topics: Topic.allCases.map { ($0.rawValue, Self.partitions) }) : nil
        bootstrapServers = broker?.bootstrapServers ?? given
        admin = KafkaAdmin(settings: ["bootstrap.servers": bootstrapServers])
        producer = try KafkaProducer(settings: ["bootstrap.servers": bootstrapServers])
        if broker == nil {
            try await admin.createTopics(
                Topic.allCases.map {
                    KafkaTopicSpec(name: $0.rawValue, partitions: Self.partitions, configuration: $0.configuration)
                })
        }
        beginnings = try await admin.groupLag(group: "scenario", topics: Topic.allCases.map(\.rawValue)).mapValues(\.high)

        try await tuesday("migrate")
        for (kind, text) in TestCounty.roomy.files { try await importRegister(kind, text) }
        if broker == nil { try await passOverOldRecords() }
    }

    /// The same Tuesday on an empty broker. `isTakenForTheSame`: PostgreSQL takes it for the one before, as it does a
    /// topic that was deleted and made again.
    private init(of other: Scenario, isTakenForTheSame: Bool) async throws {
        (pool, libpq, hasRoles, directory) = (other.pool, other.libpq, other.hasRoles, other.directory)
        (httpPort, url, beginnings, incarnation) = (other.httpPort, other.url, [:], other.incarnation)
        broker = try EmbeddedBroker(topics: Topic.allCases.map { ($0.rawValue, Self.partitions) })
        bootstrapServers = broker?.bootstrapServers ?? ""
        admin = KafkaAdmin(settings: ["bootstrap.servers": bootstrapServers])
        producer = try KafkaProducer(settings: ["bootstrap.servers": bootstrapServers])
        guard isTakenForTheSame else { return }
        let cluster = try await admin.clusterID() ?? "unnamed"
        try await pool.withConnection { connection in
            try await connection.query(
                "update tuesday.log set cluster_id = $1 where incarnation = $2", [.text(cluster), .text(incarnation)])
        }
    }

    /// Runs `body` on an empty broker; the workers of the one before must have been stopped.
    func onEmptyBroker(isTakenForTheSame: Bool, _ body: (Scenario) async throws -> Void) async throws {
        let successor = try await Scenario(of: self, isTakenForTheSame: isTakenForTheSame)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(successor)) } catch { outcome = .failure(error) }
        await successor.producer.close(timeoutMilliseconds: 5_000)
        successor.broker?.close()
        try outcome.get()
    }

    private func end() async {
        await producer.close(timeoutMilliseconds: 5_000)
        await pool.close()
        broker?.close()
    }

    /// Starts copies of workers and waits until they are ready. `settings` are environment variables.
    func start(
        _ programs: [String] = ["tuesday-intake", "tuesday-router", "tuesday-followup", "tuesday-stats"], copies: Int = 1,
        settings: [String: String] = [:]
    ) async throws -> [WorkerProcess] {
        let workers = try await launch(programs, copies: copies, settings: settings)
        for worker in workers { try await awaitReady(worker) }
        return workers
    }

    /// As ``start(_:copies:settings:)`` does, without waiting.
    func launch(
        _ programs: [String] = ["tuesday-intake", "tuesday-router", "tuesday-followup", "tuesday-stats"], copies: Int = 1,
        settings: [String: String] = [:]
    ) async throws -> [WorkerProcess] {
        var workers: [WorkerProcess] = []
        for number in 1...copies {
            for program in programs {
                let port = try TestPort.take()
                var environment = self.environment.merging(settings) { $1 }
                if hasRoles { environment["PGUSER"] = program.replacingOccurrences(of: "-", with: "_") }
                environment["TUESDAY_ADMIN_PORT"] = "\(port)"
                environment["TUESDAY_HTTP_PORT"] = number == 1 ? "\(httpPort)" : "0"
                workers.append(
                    try await WorkerProcess.start(
                        program, adminPort: port, environment: environment,
                        log: "\(directory)/\(program)-\(number)-\(port).log"))
            }
        }
        return workers
    }

    func awaitReady(_ worker: WorkerProcess) async throws {
        try await eventually("\(worker.name) is ready; its log ends:\n\(worker.lastLines)", within: .seconds(90)) {
            try await Self.readiness(of: worker)?.isReady == true
        }
    }

    /// What `/readyz` says; nil while nobody listens.
    static func readiness(of worker: WorkerProcess) async throws -> (isReady: Bool, text: String)? {
        guard !worker.hasEnded else { throw ScenarioFailure("\(worker.name) ended:\n\(worker.lastLines)") }
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(worker.adminPort)/readyz")
        // Refused connections say "not yet".
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(5)) else { return nil }
        let body = try await response.body.collect(upTo: 1 << 16)
        return (response.status == .ok, String(buffer: body))
    }

    /// Runs a verb of the command-line tool; its failure is the test's.
    @discardableResult
    func tuesday(_ arguments: String...) async throws -> String {
        try await run("tuesday", arguments)
    }

    /// Imports a file of the register.
    func importRegister(_ kind: String, _ text: String, settings: [String: String] = [:]) async throws {
        let path = "\(directory)/\(kind).csv"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try await run("tuesday", ["import", kind, path], settings: settings)
    }

    /// Runs one of the programs to its end; `settings` are environment variables.
    @discardableResult
    func run(_ program: String, _ arguments: [String], settings: [String: String] = [:]) async throws -> String {
        try await Programs.run(program, arguments, environment: environment.merging(settings) { $1 })
    }

    /// The same of a program that may fail: its exit status, and what it wrote.
    func outcome(
        _ program: String, _ arguments: [String], settings: [String: String] = [:]
    ) async throws -> (status: Int32, text: String) {
        try await Programs.outcome(of: program, arguments, environment: environment.merging(settings) { $1 })
    }

    /// One whole number the database answers.
    func count(_ sql: String) async throws -> Int {
        try await pool.withConnection { try await $0.query(PostgresStatement(unprepared: sql))[0].int(0) }
    }

    /// How many records a topic got since the scenario began.
    func recordCount(of topic: Topic) async throws -> Int64 {
        try await admin.groupLag(group: "scenario", topics: [topic.rawValue])
            .reduce(0) { $0 + $1.value.high - (beginnings[$1.key] ?? 0) }
    }

    /// Every record of a topic since the scenario began, partition by partition.
    func records(of topic: Topic) async throws -> [KafkaRecord] {
        let ends = try await admin.groupLag(group: "scenario", topics: [topic.rawValue]).mapValues(\.high)
        let consumer = try KafkaConsumer(
            settings: ["bootstrap.servers": bootstrapServers], group: "scenario-\(incarnation)-\(topic.rawValue)",
            topics: [topic.rawValue])
        var records: [KafkaRecord] = []
        for await event in consumer.assignments {
            guard case .assigned(let partitions, _) = event, !partitions.isEmpty else { continue }
            for partition in partitions {
                let (begin, end) = (beginnings[partition] ?? 0, ends[partition] ?? 0)
                guard begin < end else { continue }
                try await consumer.start(partition, at: begin)
                var next = begin
                while next < end,
                    let batch = try await consumer.nextBatch(of: partition, maximumRecords: 1_000, maximumBytes: 1 << 20)
                {
                    records += batch
                    next = (batch.last?.offset ?? end) + 1
                }
            }
            break
        }
        await consumer.close(timeoutMilliseconds: 5_000)
        return records
    }

    private var environment: [String: String] {
        var environment = Programs.neutralEnvironment
        environment.merge(libpq) { $1 }
        environment["TUESDAY_KAFKA_BOOTSTRAP"] = bootstrapServers
        environment["TUESDAY_KAFKA_INCARNATION"] = incarnation
        return environment
    }

    /// On a broker that other tests used, groups begin where the log ended when this scenario began.
    private func passOverOldRecords() async throws {
        let cluster = try await admin.clusterID() ?? "unnamed"
        _ = try await pool.withConnection { connection in
            try await connection.query(
                "insert into tuesday.log (cluster_id, incarnation, rebuilt_at) values ($1, $2, clock_timestamp())",
                [.text(cluster), .text(incarnation)])
        }
        for group in ConsumerGroup.allCases {
            let old = beginnings.filter { $0.key.topic == group.topic.rawValue && $0.value > 0 }
            for (partition, offset) in old {
                _ = try await pool.withConnection { connection in
                    try await connection.query(
                        """
                        insert into tuesday.lane (log_id, consumer_group, topic, partition, next_offset)
                        select l.id, $1, $2, $3, $4 from tuesday.log l where l.incarnation = $5
                        """,
                        [
                            .text(group.rawValue), .text(partition.topic), .int32(partition.partition), .int64(offset),
                            .text(incarnation),
                        ])
                }
            }
        }
    }

    /// `host=/tmp/x user=postgres dbname='a'` as libpq's environment; the last of a name counts.
    private static func variables(of conninfo: String) -> [String: String] {
        let names = [
            "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE", "password": "PGPASSWORD",
            "sslmode": "PGSSLMODE",
        ]
        var variables: [String: String] = [:]
        for word in conninfo.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let name = names[String(parts[0])] else { continue }
            variables[name] = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "'"))
        }
        return variables
    }
}
