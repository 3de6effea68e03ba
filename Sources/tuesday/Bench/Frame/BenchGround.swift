import Contracts
import Domain
import Foundation
import KafkaClient
import PostgresClient
import Store

/// A running Tuesday to measure on.
struct BenchGround: Sendable {
    let tuesday: LocalTuesday
    let pool: PostgresPool
    let broker: LocalBroker
    let producer: KafkaProducer
    let partitions: Int
    let copies: Int
    let console: Console
    /// Whose CPU and memory are told by name.
    var processes: @Sendable () async -> [MeteredProcess]
    /// What a report must say to be understood.
    let settings: [(name: String, value: String)]

    /// How many requests may be between the producer and the slowest reader: the embedded broker keeps some 25,000
    /// records a partition, of which each request is two.
    let window: Int

    /// Starts everything. Every cadre's capacity is raised, so that the certificates decide and not the room.
    init(_ tuesday: LocalTuesday, options: BenchOptions, console: Console) async throws {
        self.tuesday = tuesday
        self.console = console
        try await tuesday.startDatabase()
        try await tuesday.pool.withConnection { connection in
            try await connection.execute(script: "update register.cadre set capacity = 1000000")
        }
        if options.preload > 0 {
            try await Preload(pool: try await tuesday.pool, console: console).run(options.preload)
        }
        try await tuesday.startWork()
        processes = {
            await tuesday.processes.map { running in
                MeteredProcess(
                    name: running.program.name.replacing("tuesday-", with: ""), processID: running.processID,
                    adminPort: running.adminPort)
            }
        }
        pool = try await tuesday.pool
        broker = try await tuesday.broker
        partitions = await tuesday.partitions
        copies = options.copies
        producer = try KafkaProducer(settings: broker.clientSettings.merging(["linger.ms": "10"]) { given, _ in given })
        window = broker.isEmbedded ? partitions * 5_000 : .max
        settings = [
            ("preload", "\(options.preload)"), ("partitions", "\(partitions)"), ("copies", "\(options.copies)"),
            ("broker", broker.isEmbedded ? "embedded" : "given"),
            ("processors", "\(ProcessInfo.processInfo.activeProcessorCount)"),
        ]
    }

    var admin: KafkaAdmin { broker.admin }

    /// Refuses a run whose records the embedded broker could not hold if its readers fell far behind.
    func checkRoom(for requests: Int, eventsEach: Int = 2) throws {
        let most = window == .max ? window : window * 4 / eventsEach
        guard requests <= most else {
            throw CommandFailure(
                "\(requests) requests at once are more than the embedded broker surely holds: take \(most) or fewer, more "
                    + "--partitions, or a given broker", exitStatus: 64)
        }
    }

    /// The county's register as it stands.
    func register() async throws -> Register {
        guard let county = try await RegisterStore(pool: pool).counties().first else {
            throw CommandFailure("there is no county to submit to")
        }
        return try await RegisterStore(pool: pool).load(county: county.id)
    }

    /// Runs `body` and tells what it used.
    ///
    /// A checkpoint comes first, so that none that an earlier run made necessary falls into this one.
    func metered<Value: Sendable>(_ body: () async throws -> Value) async throws -> (value: Value, use: ResourceUse) {
        do { try await pool.withConnection { try await $0.execute(script: "checkpoint") } } catch {
            console.warn("PostgreSQL: no checkpoint before the run: \(error)")
        }
        let meter = ResourceMeter(processes: await processes(), client: tuesday.client, pool: pool)
        let before = try await meter.read()
        let value = try await body()
        let after = try await meter.read()
        return (value, ResourceUse(from: before, to: after))
    }

    /// Everything that `tuesday verify` and `tuesday report --recompute` look at.
    func verify() async throws {
        console.say("checking the whole database")
        let violations = try await Verification(pool: pool).violations { console.progress("checking that \($0)") }
        let differences = try await StatisticsRecompute(pool: pool).recompute()
        console.progress("")
        let sentences =
            violations
            + differences.prefix(20).map {
                "\($0.measure) of \($0.table) \($0.key) is \($0.incremental), the events say \($0.recomputed)"
            }
        guard sentences.isEmpty else {
            throw CommandFailure("no result, for the database is not right: \(sentences.joined(separator: "; "))")
        }
    }
}
