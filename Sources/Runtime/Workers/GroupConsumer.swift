import Contracts
import KafkaClient
import Messaging
import ServiceLifecycle
import Store
import Workflow

/// Consumes one group's topic: waits until PostgreSQL knows this Kafka log, joins the group, runs a lane a partition.
struct GroupConsumer: ServiceLifecycle.Service {
    let parts: WorkerParts
    let group: ConsumerGroup
    let handler: any BatchHandler

    func run() async throws {
        parts.context.health.set("consumer", .notReady("not joined yet"))
        guard let log = await knownLog() else { return }
        let sessions = ConsumerSessions(status: parts.status, watch: watch, log: parts.context.logger) { status in
            try session(of: log, status)
        }
        try await withGracefulShutdownHandler {
            try await sessions.run()
        } onGracefulShutdown: {
            sessions.stop()
        }
    }

    private func session(of log: Int32, _ status: LaneStatus) throws -> GroupSession {
        let (health, settings) = (parts.context.health, parts.context.settings)
        let consumer = try parts.kafkaConsumer(group, status)
        let limits = ConsumeLimits(maximumRecords: settings.int(.batchMaximumRecords))
        // Not shared with the session before: a lane that hangs may hold one for ever.
        let turns = Turns(settings.int(.batchConcurrent))
        let lanes = ConsumerGroupLanes(
            consumer: consumer, group: group.rawValue,
            limits: BatchLimits(
                maximumBytes: settings.int(.batchMaximumBytes),
                lingerMilliseconds: Int(settings.duration(.batchLinger) / .milliseconds(1))),
            status: status, log: parts.context.logger,
            onAssigned: { health.set("consumer", .ready) },
            makeLane: { source in
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
        return StallWatch(bound: parts.context.settings.duration(.watchdogStall)) { origins in
            let watermarks = try await admin.watermarks(topics: [topic])
            return origins.reduce(into: [:]) { ends, origin in
                ends[origin] = watermarks[KafkaPartition(topic: origin.topic, partition: origin.partition)]?.high
            }
        }
    }

    /// The log's row, once it needs no rebuild; nil when told to stop meanwhile.
    private func knownLog() async -> Int32? {
        let context = parts.context
        return await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let cluster = try await parts.kafkaAdmin.clusterName()
                    let log = try await parts.lanes.log(
                        cluster: cluster, incarnation: context.settings.text(.kafkaIncarnation))
                    if !log.needsRebuild { return log.id }
                    context.health.set(
                        "consumer",
                        .notReady("this Kafka log is new and PostgreSQL has events: run `tuesday topics rebuild`"))
                } catch {
                    context.health.set("consumer", .notReady("\(error)"))
                    context.logger.warning("not consuming yet", metadata: ["reason": "\(error)"])
                }
                do { try await Task.sleep(for: .milliseconds(500)) } catch { return nil }
            }
            return nil
        }
    }
}

/// A Kafka consumer and the lanes of its partitions.
private struct GroupSession: ConsumerSession {
    let consumer: KafkaConsumer
    let lanes: ConsumerGroupLanes

    func run() async {
        await lanes.run()
        await consumer.close(timeoutMilliseconds: 10_000)
    }

    func close(timeoutMilliseconds: Int) async { await consumer.close(timeoutMilliseconds: timeoutMilliseconds) }
}
