import Contracts
import Failpoints
import KafkaClient
import Logging
import Messaging
import PostgresClient
import ServiceLifecycle
import Store
import Workflow

/// What every worker is put together from: connections, lanes, and the services that run them.
public struct WorkerParts: Sendable {
    public let context: WorkerContext
    public let pool: PostgresPool
    public let lanes: LaneStore
    public let registers: RegisterCache
    public let sink: KafkaSink
    let producer: KafkaProducer
    let status = LaneStatus()

    /// Opens nothing yet but the pool and the producer; both connect when first used.
    public init(_ context: WorkerContext) async throws {
        self.context = context
        let logger = context.logger
        pool = PostgresPool(Self.postgres(context)) { line in
            logger.log(level: line.level == .debug ? .debug : .info, "postgres", metadata: ["detail": "\(line.message)"])
        }
        let meter = KafkaMeter(.producer)
        producer = try KafkaProducer(
            settings: Self.kafka(context).merging(["message.timeout.ms": "30000"]) { given, _ in given },
            log: { logger.kafka($0) }, statistics: { meter.record($0) })
        sink = KafkaSink(producer: producer)
        lanes = LaneStore(pool: pool)
        registers = RegisterCache(source: RegisterReading(pool: pool))
        watch()
    }

    /// A worker's statements look rows up by key, so their plans must be nested loops over indexes however small, or
    /// unknown, the tables were when they were planned: a plan made on an empty table would read all of a growing one
    /// until statistics are gathered, and planning anew for every array of keys costs more than the look-ups.
    private static let sessionSettings = [
        "lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s",
        "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "enable_hashjoin": "off",
        "enable_mergejoin": "off", "enable_memoize": "off",
    ]

    static func postgres(_ context: WorkerContext) -> PostgresSettings {
        var settings = PostgresSettings()
        settings.applicationName = "\(context.applicationName) \(context.instance)"
        settings.maximumConnections = context.settings.int(.postgresConnections)
        let timeout = context.settings.duration(.postgresStatementTimeout)
        settings.statementTimeout = timeout > .zero ? timeout : nil
        settings.sessionSettings = sessionSettings
        return settings
    }

    private static func kafka(_ context: WorkerContext) -> KafkaSettings {
        context.settings.kafkaProperties.merging([
            "bootstrap.servers": context.settings.text(.kafkaBootstrap),
            "client.id": context.program.name,
        ]) { given, _ in given }
    }

    private func watch() {
        let (pool, status) = (pool, status)
        let stall = context.settings.duration(.watchdogStall)
        context.health.probe("progress") {
            let stalled = status.stalled(for: stall)
            return stalled.isEmpty ? .ready : .notReady(stalled.joined(separator: "; "))
        }
        context.health.probe("postgres") {
            do {
                try await pool.withConnection { try await SchemaVersion.check($0) }
                return .ready
            } catch { return .notReady("\(error)") }
        }
        context.health.probe("consumer") {
            guard case .unassigned(let why, _) = status.membership else { return .ready }
            return .notReady(why)
        }
        context.health.probe("lanes") {
            let problems = status.problems
            return problems.isEmpty ? .ready : .notReady(problems.joined(separator: "; "))
        }
    }

    /// A lane for work without a partition.
    public func poolLane(_ purpose: String) -> PoolLane {
        PoolLane(
            pool: "\(context.program.name)/\(purpose)", owner: context.instance, keeper: lanes, sink: sink,
            log: context.logger)
    }

    /// A check of `/readyz` that is not ready while a service of this name is overdue.
    /// - Parameter period: from the end of one round to the beginning of the next; nil: one comes when there is something to do.
    func rounds(_ name: String, every period: Duration? = nil) -> RoundWatch {
        let watch = RoundWatch(
            name, every: period, bound: context.settings.duration(.watchdogStall), log: context.logger)
        context.health.watch(watch)
        return watch
    }

    /// Does something again and again, on a pool lane of this purpose; `/readyz` says so when it does not any more.
    ///
    /// - Parameter work: does at most `limit` pieces and says how many it did.
    func ticking(
        _ name: String, every tick: Duration, limit: Int = 1_000, lane purpose: String,
        work: @escaping @Sendable (Int, PoolLane) async throws -> Int
    ) -> any ServiceLifecycle.Service {
        Ticking(
            tick: tick, limit: limit, lane: poolLane(purpose), watch: rounds(name, every: tick), log: context.logger,
            work: work)
    }

    /// The producer, which is closed when everything that uses it has stopped.
    public var foundation: [any ServiceLifecycle.Service] {
        [
            Connections(pool: pool, producer: producer),
            Adoption(adopt: adoption, watch: rounds("publishing for others", every: .seconds(5))),
            Measurements(program: context.program, pool: pool, status: status),
            CalendarWatch(registers: registers, clock: context.clock, log: context.logger),
        ]
    }

    private var adoption: AdoptLanes {
        AdoptLanes(keeper: lanes, sink: sink, owner: context.instance, log: context.logger)
    }

    /// The service that consumes the group's topic with `handler`.
    public func consumer(_ group: ConsumerGroup, _ handler: any BatchHandler) -> any ServiceLifecycle.Service {
        #if FAILPOINTS
            let handler = MortalHandler(handler: handler)
        #endif
        let status = status
        context.metrics.measure(label: "tuesday_lanes") { status.readings(of: group) }
        return GroupConsumer(parts: self, group: group, handler: handler)
    }

    /// - Parameter status: told the lag of its partitions, and where they end.
    func kafkaConsumer(_ group: ConsumerGroup, _ status: LaneStatus) throws -> KafkaConsumer {
        let settings = context.settings
        let logger = context.logger
        let session = Int(settings.duration(.kafkaSessionTimeout) / .milliseconds(1))
        let meter = KafkaMeter(.consumer)
        return try KafkaConsumer(
            settings: Self.kafka(context).merging([
                "session.timeout.ms": String(session),
                "heartbeat.interval.ms": String(max(100, session / 4)),
                "fetch.wait.max.ms": "20",
            ]) { given, _ in given }.merging(isPlanted("out-of-range-swallowed") ? ["auto.offset.reset": "earliest"] : [:]) { $1 },
            group: group.rawValue, topics: [group.topic.rawValue], log: { logger.kafka($0) },
            statistics: {
                status.observe(lag: $0)
                meter.record($0)
            },
            atEnd: { partition, after, end in
                status.reachedEnd(
                    RecordOrigin(group: group.rawValue, topic: partition.topic, partition: partition.partition),
                    after: after, end: end)
            })
    }

    var kafkaAdmin: KafkaAdmin {
        let logger = context.logger
        return KafkaAdmin(settings: Self.kafka(context), log: { logger.kafka($0) })
    }
}

extension Logger {
    func kafka(_ line: KafkaLogLine) {
        let level: Logger.Level =
            switch line.level {
            case ...3: .error
            case 4: .warning
            case 5: .notice
            case 6: .info
            default: .debug
            }
        log(level: level, "kafka", metadata: ["facility": "\(line.facility)", "detail": "\(line.message)"])
    }
}

/// Closes the producer and the pool after everything that uses them has stopped.
private struct Connections: ServiceLifecycle.Service {
    let pool: PostgresPool
    let producer: KafkaProducer

    func run() async throws {
        try? await gracefulShutdown()  // cancellation means the same here: close
        await producer.close(timeoutMilliseconds: 5_000)
        await pool.close()
    }
}

/// Publishes for lanes whose owner is gone.
private struct Adoption: ServiceLifecycle.Service {
    let adopt: AdoptLanes
    let watch: RoundWatch

    func run() async throws {
        await cancelWhenGracefulShutdown {
            watch.began()
            await adopt.run { error in
                if let error { watch.failed("\(error)") } else { watch.cameRound() }
            }
        }
    }
}
