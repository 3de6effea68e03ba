import Contracts
import KafkaClient
import Logging
import Workflow

/// Runs a lane for every partition the group gives this process, and ends it when the partition goes.
public struct ConsumerGroupLanes: Sendable {
    /// What a lane needs besides its partition.
    public typealias MakeLane = @Sendable (any RecordSource, LaneStatus) -> ConsumeLane

    private let events: AsyncStream<KafkaAssignmentEvent>
    private let consumer: KafkaConsumer
    private let group: String
    private let limits: BatchLimits
    private let status: LaneStatus
    private let log: Logger
    private let makeLane: MakeLane

    /// - Parameter status: told of every lane, and how the consumer stands with the group.
    public init(
        consumer: KafkaConsumer, group: String, limits: BatchLimits, status: LaneStatus, log: Logger,
        makeLane: @escaping MakeLane
    ) {
        self.init(
            events: consumer.assignments, consumer: consumer, group: group, limits: limits, status: status, log: log,
            makeLane: makeLane)
    }

    /// - Parameter events: in place of the consumer's own.
    init(
        events: AsyncStream<KafkaAssignmentEvent>, consumer: KafkaConsumer, group: String, limits: BatchLimits,
        status: LaneStatus, log: Logger, makeLane: @escaping MakeLane
    ) {
        self.events = events
        self.consumer = consumer
        self.group = group
        self.limits = limits
        self.status = status
        self.log = log
        self.makeLane = makeLane
    }

    /// Returns when the consumer was closed, or broke down, and every lane has ended.
    ///
    /// - Returns: the error after which this consumer will read nothing any more; nil when it was closed.
    public func run() async -> KafkaError? {
        await withTaskGroup(of: Void.self) { tasks in
            var lanes: [KafkaPartition: RunningLane] = [:]
            var fatal: KafkaError?
            reading: for await event in self.events {
                switch event {
                case .assigned(let partitions, let assignment):
                    status.assigned()
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
                    status.unassigned("between assignments")
                    log.info("partitions revoked", metadata: ["partitions": "\(partitions.map(\.partition).sorted())"])
                    let ending = partitions.compactMap { lanes.removeValue(forKey: $0) }
                    // The batch in hand is finished; the group waits for it, but not longer than the consumer's bound.
                    for lane in ending { lane.end() }
                    tasks.addTask {
                        for lane in ending { await lane.ended() }
                        done()
                    }
                case .lost(let partitions):
                    status.unassigned("lost its partitions; joining the group again")
                    log.warning("partitions lost", metadata: ["partitions": "\(partitions.map(\.partition).sorted())"])
                    for partition in partitions { lanes.removeValue(forKey: partition)?.end() }
                case .failed(let error, let partition):
                    log.error(
                        "kafka failed",
                        metadata: ["error": "\(error)", "partition": "\(partition?.description ?? "-")"])
                    // What fails while partitions are assigned takes none of them away without a word.
                    if error.isFatal || partition == nil && status.membership != .assigned { status.unassigned("\(error)") }
                    if error.isFatal {
                        fatal = error
                        break reading
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
