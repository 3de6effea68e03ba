import AsyncHTTPClient
import Contracts
import EmbeddedPostgres
import Foundation
import KafkaClient
import PostgresClient
import Synchronization
import TestSupport

/// A whole Tuesday to be broken: a database with ``FaultCounty``, brokers in a process of their own, and copies of every
/// worker, each behind its own proxies.
final class Installation: Sendable {
    static let programs = ["tuesday-intake", "tuesday-router", "tuesday-followup", "tuesday-stats"]
    static let partitions = 4
    /// As short as these brokers allow: they let the first members of a group wait 3 s for others, and forget who waits longer
    /// than its session.
    static let sessionMilliseconds = 3_300

    let server: DatabaseServer
    let broker: BrokerProcess
    let slots: [WorkerSlot]
    /// Never broken: the harness's own way to the database.
    let direct: PostgresProxy
    let pool: PostgresPool
    let topics: TopicReader
    /// Of the gateways, and of what trouble writes.
    let producer: KafkaProducer
    let database: String
    let directory: String
    private let incarnation: String
    private let libpq: [String: String]
    private let supervision: Mutex<Task<Void, Never>?> = Mutex(nil)

    /// Opens a new one on a running server. `copies` of each worker are started and ready when it returns.
    static func open(
        on server: DatabaseServer, directory: String, copies: Int, planted: String?
    ) async throws -> Installation {
        let installation = try await Installation(server, directory, copies: copies)
        installation.supervise()
        Task { [topics = installation.topics] in await topics.readAll() }
        for slot in installation.slots {
            slot.arm("", planted: planted)
            slot.want(true)
        }
        try await installation.awaitReady(within: .seconds(90))
        return installation
    }

    private init(_ server: DatabaseServer, _ directory: String, copies: Int) async throws {
        self.server = server
        incarnation = String(UInt64.random(in: .min ... .max), radix: 16)
        self.directory = "\(directory)/\(incarnation)"
        try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
        database = "faults_\(incarnation)"
        try await server.psql("create database \(database) template \(FaultCounty.template)")
        try await server.psql(Witness.startClock, database: database)
        let socket = await server.socket
        direct = try PostgresProxy(upstream: socket)
        libpq = ["PGHOST": direct.directory, "PGPORT": "5432", "PGUSER": "postgres", "PGDATABASE": database]
        pool = PostgresPool(
            PostgresSettings(
                conninfo: "host=\(direct.directory) port=5432 user=postgres dbname=\(database)",
                applicationName: "faults", maximumConnections: 6))
        let broker = try BrokerProcess(partitions: Self.partitions)
        self.broker = broker
        let bootstrap = broker.bootstrap
        topics = try TopicReader(bootstrap: bootstrap)
        producer = try KafkaProducer(
            settings: [
                "bootstrap.servers": bootstrap, "message.timeout.ms": "4000", "compression.type": "none",
                "message.max.bytes": "2000000", "reconnect.backoff.max.ms": "500",
            ])
        var environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("TUESDAY_")
        }
        environment.merge([
            "PGDATABASE": database, "TUESDAY_KAFKA_BOOTSTRAP": bootstrap, "TUESDAY_KAFKA_INCARNATION": incarnation,
            "TUESDAY_KAFKA_SESSION_TIMEOUT_MS": "\(Self.sessionMilliseconds)", "TUESDAY_BATCH_LINGER_MS": "5",
            "TUESDAY_BATCH_MAXIMUM_RECORDS": "40", "TUESDAY_FOLLOWUP_TICK_MS": "150", "TUESDAY_ROUTER_TICK_MS": "250",
            "TUESDAY_ROUTER_SWEEP_SECONDS": "30", "TUESDAY_STATS_TICK_MS": "1000", "TUESDAY_LOG_LEVEL": "info",
            // A produce request that is not answered within this is sent again: what was written may be written twice.
            "TUESDAY_RDKAFKA_SOCKET_TIMEOUT_MS": "2000", "TUESDAY_RDKAFKA_RECONNECT_BACKOFF_MAX_MS": "500",
            "TUESDAY_RDKAFKA_TOPIC_METADATA_REFRESH_FAST_INTERVAL_MS": "100",
        ]) { $1 }
        let finished = environment
        let folder = self.directory
        slots = try (1...copies).flatMap { number in
            try Self.programs.map {
                try WorkerSlot(
                    $0, number: number, directory: folder, environment: finished, upstream: socket, bootstrap: bootstrap)
            }
        }
    }

    func slots(of program: String) -> [WorkerSlot] { slots.filter { $0.program == program } }

    /// Whoever dies is replaced.
    private func supervise() {
        supervision.withLock { supervision in
            supervision = Task { [slots] in
                while !Task.isCancelled {
                    for slot in slots {
                        do { try await slot.tend() } catch { print("\(slot.name) does not start: \(error)") }
                    }
                    try? await Task.sleep(for: .milliseconds(40))  // only cancellation throws, and ends the loop
                }
            }
        }
    }

    func awaitReady(within limit: Duration) async throws {
        for slot in slots {
            try await eventually("\(slot.name) is ready; its log ends:\n\(slot.process?.lastLines ?? "")", within: limit) {
                await HTTP.isReady(slot.adminPort)
            }
        }
    }

    /// PostgreSQL crashes; it and the ways to it come back after a while.
    func crashDatabase(downMilliseconds: Int) async throws {
        guard try await server.crash(downMilliseconds: downMilliseconds) else { return }
        let socket = await server.socket
        for proxy in slots.map(\.proxy) + [direct] { proxy.lead(to: socket) }
    }

    /// Nothing goes wrong any more, and everybody is back.
    func heal(planted: String?) async throws {
        for slot in slots {
            slot.arm("", planted: planted)
            slot.proxy.heal()
            slot.kafkaProxy?.heal()
            slot.want(true)
            slot.signal(SIGCONT)
        }
        for number in 1...BrokerProcess.brokerCount {
            try await broker.tell("up \(number)")
            try await broker.tell("rtt 0 \(number)")
        }
    }

    /// One whole number the database answers.
    func count(_ sql: String) async throws -> Int {
        try await pool.withConnection { try await $0.query(PostgresStatement(unprepared: sql))[0].int(0) }
    }

    /// Runs one statement.
    func tell(_ sql: String) async throws {
        try await pool.withConnection { _ = try await $0.query(PostgresStatement(unprepared: sql)) }
    }

    /// Runs a verb of the command-line tool to its end, and returns what it said.
    func tuesday(_ arguments: String...) async throws -> String {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("TUESDAY_") }
        environment.merge(libpq) { $1 }
        environment["TUESDAY_KAFKA_BOOTSTRAP"] = broker.bootstrap
        environment["TUESDAY_KAFKA_INCARNATION"] = incarnation
        return try await Programs.run("tuesday", arguments, environment: environment)
    }

    /// Ends everything that belongs to it; the server goes on.
    func close() async {
        supervision.withLock { $0?.cancel() }
        for slot in slots { await slot.close() }
        await topics.close()
        await producer.close(timeoutMilliseconds: 500)
        await pool.close()
        direct.close()
        await broker.close()
        // Whoever still holds the database open was killed; what cannot be dropped goes with the server.
        try? await server.psql("drop database if exists \(database) with (force)")
    }
}
