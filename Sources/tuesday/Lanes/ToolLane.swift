import KafkaClient
import Logging
import Messaging
import PostgresClient
import Runtime
import Store
import Workflow

/// A lane that a command borrows for its transactions, and the producer that publishes what leaves through it.
struct ToolLane {
    let lane: PoolLane
    private let producer: KafkaProducer

    /// - Parameter purpose: names the pool that the lane is borrowed from: `import`, `deadletters` …
    init(_ purpose: String, pool: PostgresPool, settings: Settings) throws {
        producer = try KafkaProducer(
            settings: settings.kafkaClient.merging(["message.timeout.ms": "10000"]) { given, _ in given })
        // The final message says what did not reach Kafka; each attempt in between need not.
        var log = Logger(label: "tuesday.\(purpose)") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .error
        lane = PoolLane(
            pool: "tuesday/\(purpose)", owner: settings.text(.instance), keeper: LaneStore(pool: pool),
            sink: KafkaSink(producer: producer), log: log)
    }

    /// Publishes what is committed, unless Kafka takes nothing for ten seconds; what is left is for the workers, who
    /// adopt the lane.
    ///
    /// - Returns: how many messages are left.
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
