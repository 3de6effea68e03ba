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

    /// How long a consumer may be without a poll.
    static let pollMilliseconds = 5_000

    let server: DatabaseServer
    let slots: [WorkerSlot]
    /// Never broken: the harness's own way to the database.
    let direct: PostgresProxy
    let pool: PostgresPool
    let topics: TopicReader
    let database: String
    let directory: String
    private let kafka: Mutex<Kafka>
    private let libpq: [String: String]
    private let supervision: Mutex<Task<Void, Never>?> = Mutex(nil)
    private let areGatewaysHeld = Mutex(false)

    private struct Kafka {
        var broker: BrokerProcess
        /// Of the gateways, and of what trouble writes.
        var producer: KafkaProducer
        var incarnation: String
        /// Counts the brokers there were.
        var generation = 0

        init(_ broker: BrokerProcess, incarnation: String) throws {
            self.incarnation = incarnation
            self.broker = broker
            producer = try KafkaProducer(
                settings: [
                    "bootstrap.servers": broker.bootstrap, "message.timeout.ms": "4000", "compression.type": "none",
                    "message.max.bytes": "2000000", "reconnect.backoff.max.ms": "500",
                    // These brokers look at no sequence: who relies on it takes a batch that they refused for written when they
                    // take the next one.
                    "enable.idempotence": "false", "max.in.flight": "1",
                ])
        }
    }

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
        let incarnation = String(UInt64.random(in: .min ... .max), radix: 16)
        self.directory = "\(directory)/\(incarnation)"
        try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
        database = "faults_\(incarnation)"
        try await server.psql("create database \(database) template \(FaultCounty.template)")
        // The copy of a sequence promises numbers that no log record of its own holds: until the next checkpoint a server that
        // is killed gives them out again.
        try await server.psql("checkpoint")
        try await server.psql(Witness.startClock, database: database)
        let socket = await server.socket
        direct = try PostgresProxy(upstream: socket)
        libpq = ["PGHOST": direct.directory, "PGPORT": "5432", "PGUSER": "postgres", "PGDATABASE": database]
        pool = PostgresPool(
            PostgresSettings(
                conninfo: "host=\(direct.directory) port=5432 user=postgres dbname=\(database)",
                applicationName: "faults", maximumConnections: 6))
        let broker = try BrokerProcess(
            partitions: Self.partitions, log: Self.log(ofBrokers: 0, in: self.directory), isAlike: true)
        let kafka = try Kafka(broker, incarnation: incarnation)
        let bootstrap = kafka.broker.bootstrap
        self.kafka = Mutex(kafka)
        topics = try TopicReader(bootstrap: bootstrap)
        var environment = Programs.neutralEnvironment
        environment.merge([
            "PGDATABASE": database, "TUESDAY_KAFKA_SESSION_TIMEOUT_MS": "\(Self.sessionMilliseconds)",
            "TUESDAY_BATCH_LINGER_MS": "5", "TUESDAY_BATCH_MAXIMUM_RECORDS": "40", "TUESDAY_FOLLOWUP_TICK_MS": "150",
            "TUESDAY_ROUTER_TICK_MS": "250",
            "TUESDAY_ROUTER_SWEEP_SECONDS": "30", "TUESDAY_STATS_TICK_MS": "1000", "TUESDAY_LOG_LEVEL": "info",
            // A produce request that is not answered within this is sent again: what was written may be written twice. Longer
            // than these brokers let a member wait for the others of its group, and whatever it asks meanwhile: who gives up
            // then, connects anew and asks for the same again makes them stop at an assertion.
            "TUESDAY_RDKAFKA_SOCKET_TIMEOUT_MS": "4000", "TUESDAY_RDKAFKA_RECONNECT_BACKOFF_MAX_MS": "500",
            "TUESDAY_SUBMIT_MAXIMUM_PENDING": "60",
            "TUESDAY_RDKAFKA_MAX_POLL_INTERVAL_MS": "\(Self.pollMilliseconds)",
            // The brokers are told of errors to give to heartbeats: they come as often as that.
            "TUESDAY_RDKAFKA_HEARTBEAT_INTERVAL_MS": "500",
            "TUESDAY_RDKAFKA_TOPIC_METADATA_REFRESH_FAST_INTERVAL_MS": "100",
        ]) { $1 }
        let finished = environment
        let folder = self.directory
        slots = try (1...copies).flatMap { number in
            try Self.programs.map {
                try WorkerSlot($0, number: number, directory: folder, environment: finished, upstream: socket)
            }
        }
        for slot in slots { try slot.lead(to: bootstrap, incarnation: incarnation) }
    }

    var broker: BrokerProcess { kafka.withLock { $0.broker } }
    var producer: KafkaProducer { kafka.withLock { $0.producer } }
    /// The producer, and whose brokers it sends to.
    var gateway: (producer: KafkaProducer, generation: Int) { kafka.withLock { ($0.producer, $0.generation) } }

    /// From now on gateways wait before they send, or do not.
    func holdGateways(_ areHeld: Bool) { areGatewaysHeld.withLock { $0 = areHeld } }

    /// Returns once gateways may send.
    func awaitGateways() async {
        while areGatewaysHeld.withLock({ $0 }), !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(50))  // cancellation ends the loop
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

    /// - Parameter isExcused: whether nobody waits for it.
    func awaitReady(within limit: Duration, unless isExcused: (WorkerSlot) -> Bool = { _ in false }) async throws {
        for slot in slots {
            try await eventually("\(slot.name) is ready; its log ends:\n\(slot.process?.lastLines ?? "")", within: limit) {
                if isExcused(slot) { true } else { await HTTP.isReady(slot.adminPort) }
            }
        }
    }

    /// PostgreSQL crashes; it and the ways to it come back after a while.
    ///
    /// - Returns: false when it was down already.
    @discardableResult
    func crashDatabase(downMilliseconds: Int) async throws -> Bool {
        guard try await server.crash(downMilliseconds: downMilliseconds) else { return false }
        let socket = await server.socket
        for proxy in slots.map(\.proxy) + [direct] { proxy.lead(to: socket) }
        return true
    }

    /// Other brokers, with nothing on them. Nobody may be at work: workers are gone, or stand still.
    ///
    /// - Parameters:
    ///   - isTakenForTheSame: they have the cluster id of those before, and nobody can tell them apart but by their topics, which
    ///     were made anew. Where no such brokers can be had, PostgreSQL alone takes them for the same.
    ///   - incarnation: what operators call them; nil: as before.
    /// - Returns: whether they have the same cluster id.
    func replaceBrokers(isTakenForTheSame: Bool, incarnation: String?) async throws -> Bool {
        // The harness reads what was written.
        try await topics.awaitRead(to: try await topics.ends())
        let former = kafka.withLock { $0 }
        let name = incarnation ?? former.incarnation
        let generation = former.generation + 1
        let log = Self.log(ofBrokers: generation, in: directory)
        let namesake = isTakenForTheSame ? try await former.broker.namesake(partitions: Self.partitions, log: log) : nil
        var present = try Kafka(
            try namesake ?? BrokerProcess(partitions: Self.partitions, log: log), incarnation: name)
        present.generation = generation
        kafka.withLock { $0 = present }
        await former.producer.close(timeoutMilliseconds: 100)
        await former.broker.close()
        let bootstrap = present.broker.bootstrap
        try await topics.follow(bootstrap)
        Task { [topics] in await topics.readAll() }
        if isTakenForTheSame, namesake == nil {
            let cluster = try await KafkaAdmin(settings: ["bootstrap.servers": bootstrap]).clusterID() ?? "unnamed"
            try await tell(
                "update tuesday.log set cluster_id = '\(cluster)' where id = (select max(id) from tuesday.log)")
        }
        for slot in slots { try slot.lead(to: bootstrap, incarnation: present.incarnation) }
        return namesake != nil
    }

    private static func log(ofBrokers generation: Int, in directory: String) -> String {
        "\(directory)/brokers-\(generation).log"
    }

    /// Nothing goes wrong any more, and everybody is back but those who stay away.
    func heal(planted: String?, without away: Set<String>) async throws {
        for slot in slots {
            slot.arm("", planted: planted)
            slot.proxy.heal()
            slot.kafkaProxy?.heal()
            slot.want(!away.contains(slot.name))
            slot.signal(SIGCONT)
        }
        for number in 1...BrokerProcess.brokerCount {
            try await broker.tell("up \(number)")
            try await broker.tell("rtt 0 \(number)")
        }
    }

    /// Asks the database, again for a while when it is away.
    ///
    /// - Parameter body: does no harm when it is done twice.
    func ask<Answer: Sendable>(
        _ body: @Sendable (PostgresConnection) async throws -> Answer
    ) async throws -> Answer {
        try await pool.ask(body)
    }

    /// One whole number the database answers.
    func count(_ sql: String) async throws -> Int {
        try await ask { try await $0.query(PostgresStatement(unprepared: sql))[0].int(0) }
    }

    /// The first column of what the database answers.
    func texts(_ sql: String) async throws -> [String] {
        try await ask { connection in
            try await connection.query(PostgresStatement(unprepared: sql)).map { try $0.string(0) }
        }
    }

    /// Source ids that gateways sent and that became a request or were refused.
    func arrivedByTopic() async throws -> Set<String> {
        Set(
            try await texts(
                """
                select source_id from personal.submission where channel = 'gateway'
                union
                select source_id from tuesday.refusal where source_id is not null
                """))
    }

    /// Runs one statement.
    func tell(_ sql: String) async throws {
        try await ask { _ = try await $0.query(PostgresStatement(unprepared: sql)) }
    }

    /// What the operators' tool finds in its environment.
    var toolEnvironment: [String: String] {
        let kafka = kafka.withLock { $0 }
        return Programs.neutralEnvironment.merging(libpq) { $1 }.merging([
            "TUESDAY_KAFKA_BOOTSTRAP": kafka.broker.bootstrap, "TUESDAY_KAFKA_INCARNATION": kafka.incarnation,
        ]) { $1 }
    }

    /// Ends everything that belongs to it; the server goes on.
    func close() async {
        supervision.withLock { $0?.cancel() }
        for slot in slots { await slot.close() }
        await topics.close()
        let kafka = kafka.withLock { $0 }
        await kafka.producer.close(timeoutMilliseconds: 500)
        await pool.close()
        direct.close()
        await kafka.broker.close()
        // Whoever still holds the database open was killed; what cannot be dropped goes with the server.
        try? await server.psql("drop database if exists \(database) with (force)")
    }
}
