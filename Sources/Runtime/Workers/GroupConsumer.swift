import Contracts
import KafkaClient
import Messaging
import ServiceLifecycle
import Store
import Synchronization
import Workflow

/// Consumes one group's topic: waits until PostgreSQL knows this Kafka log, joins the group, runs a lane a partition. When
/// another log has taken the place of that one, it begins again.
struct GroupConsumer: ServiceLifecycle.Service {
    let parts: WorkerParts
    let group: ConsumerGroup
    let handler: any BatchHandler

    func run() async throws {
        while let log = await knownLog() {
            guard try await consume(log) else { return }
        }
    }

    /// - Returns: whether it ended because the log is another one now.
    private func consume(_ log: KnownLog) async throws -> Bool {
        let sessions = ConsumerSessions(status: parts.status, watch: watch, log: parts.context.logger) { status in
            try session(of: log.id, status)
        }
        let isReplaced = Mutex(false)
        let watching = Task {
            let watch = LogWatch { try await parts.kafkaAdmin.clusterName() }
            let status = parts.status
            guard
                let present = await watch.firstChange(
                    of: log.cluster, isUrgent: { status.membership != .assigned || !status.problems.isEmpty })
            else { return }
            parts.context.logger.critical(
                "another Kafka cluster answers now; beginning again", metadata: ["was": "\(log.cluster)", "is": "\(present)"])
            isReplaced.withLock { $0 = true }
            sessions.stop()
        }
        defer { watching.cancel() }
        try await withGracefulShutdownHandler {
            try await sessions.run()
        } onGracefulShutdown: {
            sessions.stop()
        }
        return isReplaced.withLock { $0 }
    }

    private func session(of log: Int32, _ status: LaneStatus) throws -> GroupSession {
        let settings = parts.context.settings
        let consumer = try parts.kafkaConsumer(group, status)
        let limits = ConsumeLimits(maximumRecords: settings.int(.batchMaximumRecords))
        // Not shared with the session before: a lane that hangs may hold one for ever.
        let turns = Turns(settings.int(.batchConcurrent))
        let lanes = ConsumerGroupLanes(
            consumer: consumer, group: group.rawValue,
            limits: BatchLimits(
                maximumBytes: settings.int(.batchMaximumBytes),
                linger: KafkaLinger(
                    milliseconds: Int(settings.duration(.batchLinger) / .milliseconds(1)),
                    quietMilliseconds: Int(settings.duration(.batchQuiet) / .milliseconds(1)))),
            status: status, log: parts.context.logger,
            makeLane: { source, status in
                ConsumeLane(
                    source: source, handler: handler, keeper: parts.lanes, sink: parts.sink,
                    log: parts.context.logger, owner: parts.context.instance, logID: log, limits: limits,
                    turns: turns, status: status)
            })
        return GroupSession(consumer: consumer, lanes: lanes)
    }

    private var watch: StallWatch {
        let admin = parts.kafkaAdmin
        let topic = group.topic.rawValue
        let log = parts.context.logger
        return StallWatch(
            bound: parts.context.settings.duration(.watchdogStall),
            ends: { origins in
                let watermarks = try await admin.watermarks(topics: [topic])
                return origins.reduce(into: [:]) { ends, origin in
                    ends[origin] = watermarks[KafkaPartition(topic: origin.topic, partition: origin.partition)]?.high
                }
            },
            unknown: { error in
                log.warning(
                    "the watchdog cannot tell whether a consumer hangs: Kafka does not say where the topic ends",
                    metadata: ["group": "\(group.rawValue)", "error": "\(error)"])
            })
    }

    private struct KnownLog {
        /// The row's.
        let id: Int32
        let cluster: String
    }

    /// The log, once it needs no rebuild; nil when told to stop meanwhile.
    private func knownLog() async -> KnownLog? {
        let context = parts.context
        // There may have been a consumer, of another log.
        let status = parts.status.successor()
        status.unassigned("not joined yet")
        return await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let cluster = try await parts.kafkaAdmin.clusterName()
                    let log = try await parts.lanes.log(
                        cluster: cluster, incarnation: context.settings.text(.kafkaIncarnation))
                    if !log.needsRebuild { return KnownLog(id: log.id, cluster: cluster) }
                    status.unassigned("this Kafka log is new and PostgreSQL has events: run `tuesday topics rebuild`")
                } catch {
                    status.unassigned("\(error)")
                    context.logger.warning("not consuming yet", metadata: ["reason": "\(error)"])
                }
                do { try await Task.sleep(for: .milliseconds(500)) } catch { return nil }
            }
            return nil
        }
    }
}

/// A Kafka consumer and the lanes of its partitions.
private final class GroupSession: ConsumerSession {
    private let consumer: KafkaConsumer
    private let lanes: ConsumerGroupLanes
    private let broke = Mutex<KafkaError?>(nil)

    init(consumer: KafkaConsumer, lanes: ConsumerGroupLanes) {
        self.consumer = consumer
        self.lanes = lanes
    }

    var failure: String? { broke.withLock { $0?.description } }

    func run() async {
        let fatal = await lanes.run()
        broke.withLock { $0 = fatal }
        await consumer.close(timeoutMilliseconds: 10_000)
    }

    func close(timeoutMilliseconds: Int) async { await consumer.close(timeoutMilliseconds: timeoutMilliseconds) }
}
