import Contracts
import KafkaClient
import Logging
import Workflow

/// Runs a lane for every partition the group gives this process, and ends it when the partition goes.
public struct ConsumerGroupLanes: Sendable {
    /// What a lane needs besides its partition.
    public typealias MakeLane = @Sendable (any RecordSource, LaneStatus) -> ConsumeLane

    private let consumer: KafkaConsumer
    private let group: String
    private let limits: BatchLimits
    private let status: LaneStatus
    private let log: Logger
    private let onAssigned: @Sendable () -> Void
    private let onLost: @Sendable () -> Void
    private let makeLane: MakeLane

    /// - Parameters:
    ///   - onAssigned: the group has answered, perhaps with no partition at all.
    ///   - onLost: the group has given up this member, which joins it again.
    public init(
        consumer: KafkaConsumer, group: String, limits: BatchLimits, status: LaneStatus, log: Logger,
        onAssigned: @escaping @Sendable () -> Void, onLost: @escaping @Sendable () -> Void, makeLane: @escaping MakeLane
    ) {
        self.consumer = consumer
        self.group = group
        self.limits = limits
        self.status = status
        self.log = log
        self.onAssigned = onAssigned
        self.onLost = onLost
        self.makeLane = makeLane
    }

    /// Returns when the consumer was closed, or broke down, and every lane has ended.
    ///
    /// - Returns: the error after which this consumer will read nothing any more; nil when it was closed.
    public func run() async -> KafkaError? {
        await withTaskGroup(of: Void.self) { tasks in
            var lanes: [KafkaPartition: RunningLane] = [:]
            var fatal: KafkaError?
            events: for await event in consumer.assignments {
                switch event {
                case .assigned(let partitions, let assignment):
                    onAssigned()
                    log.info("partitions assigned", metadata: ["partitions": "\(partitions.map(\.partition).sorted())"])
                    for partition in partitions {
                        let lane = RunningLane()
                        // One of an assignment that ended without a word, if any, is no longer fed.
                        lanes.updateValue(lane, forKey: partition)?.end()
                        let source = KafkaPartitionSource(
                            origin: RecordOrigin(group: group, topic: partition.topic, partition: partition.partition),
                            assignment: assignment, consumer: consumer, limits: limits, running: lane)
                        let status = status.lane(of: source.origin)
                        status.set(source.origin, .claiming)
                        tasks.addTask { await serve(source, status) }
                    }
                case .revoked(let partitions, let done):
                    log.info("partitions revoked", metadata: ["partitions": "\(partitions.map(\.partition).sorted())"])
                    let ending = partitions.compactMap { lanes.removeValue(forKey: $0) }
                    // The batch in hand is finished; the group waits for it, but not longer than the consumer's bound.
                    for lane in ending { lane.end() }
                    tasks.addTask {
                        for lane in ending { await lane.ended() }
                        done()
                    }
                case .lost(let partitions):
                    onLost()
                    log.warning("partitions lost", metadata: ["partitions": "\(partitions.map(\.partition).sorted())"])
                    for partition in partitions { lanes.removeValue(forKey: partition)?.end() }
                case .failed(let error, let partition):
                    log.error(
                        "kafka failed",
                        metadata: ["error": "\(error)", "partition": "\(partition?.description ?? "-")"])
                    if error.isFatal {
                        onLost()
                        fatal = error
                        break events
                    }
                }
            }
            for lane in lanes.values { lane.end() }
            await tasks.waitForAll()
            return fatal
        }
    }

    private func serve(_ source: KafkaPartitionSource, _ status: LaneStatus) async {
        let lane = makeLane(source, status)
        await source.running.run {
            await lane.run()
            status.remove(source.origin)
        }
    }
}
