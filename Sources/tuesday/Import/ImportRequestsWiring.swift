import Domain
import KafkaClient
import Logging
import Messaging
import PostgresClient
import Runtime
import Store
import Workflow

/// What an import of requests is put together from.
struct ImportRequestsWiring {
    let pool: PostgresPool
    let registers: RegisterCache
    /// What the rows are checked against.
    let snapshot: RegisterCache.Snapshot
    /// The county of `TUESDAY_COUNTY`, or the only one.
    let county: Register
    private let settings: Settings

    init(pool: PostgresPool) async throws {
        self.pool = pool
        settings = try Settings.read(program: .tuesday, arguments: [])
        registers = RegisterCache(source: RegisterReading(pool: pool))
        snapshot = try await registers.current()
        let code = settings.text(.county)
        let found = snapshot.registers.values.filter { code.isEmpty || $0.county.code == code }
        guard found.count == 1 else {
            throw CommandFailure(
                code.isEmpty
                    ? "expected one county in the register, found \(found.count): name one with TUESDAY_COUNTY"
                    : "expected the code of a county in TUESDAY_COUNTY, found \"\(code)\"",
                exitStatus: ExitStatus.configuration)
        }
        county = found[0]
    }

    var accept: AcceptSubmissions {
        let random = SystemRandom()
        return AcceptSubmissions(store: SubmissionTransactions(pool: pool), registers: registers) {
            RequestID(acceptedAt: $0, random: random.random128())
        }
    }

    /// A lane for the events, and the producer that puts them on their topic.
    func publishing() throws -> ImportRequestsPublishing {
        let producer = try KafkaProducer(
            settings: settings.kafkaClient.merging(["message.timeout.ms": "10000"]) { given, _ in given })
        // The final message says what did not reach Kafka; each attempt in between need not.
        var log = Logger(label: "tuesday.import") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .error
        return ImportRequestsPublishing(
            producer: producer,
            lane: PoolLane(
                pool: "tuesday/import", owner: settings.text(.instance), keeper: LaneStore(pool: pool),
                sink: KafkaSink(producer: producer), log: log))
    }
}

/// Where the events of an import leave.
struct ImportRequestsPublishing {
    let producer: KafkaProducer
    let lane: PoolLane

    /// Publishes what is committed, unless Kafka takes nothing for ten seconds; what is left is for the workers, who
    /// adopt the lane.
    ///
    /// - Returns: how many events are left.
    func finish() async -> Int64 {
        let clock = ContinuousClock()
        var pending = await lane.pendingCount
        var movedAt = clock.now
        while pending > 0, clock.now - movedAt < .seconds(10) {
            // Only cancellation throws here, and ends the waiting.
            guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { break }
            let left = await lane.pendingCount
            if left < pending { movedAt = clock.now }
            pending = left
        }
        await lane.close()
        await producer.close(timeoutMilliseconds: 1_000)
        return pending
    }
}
