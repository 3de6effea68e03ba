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
        let health = parts.context.health
        health.set("consumer", .notReady("not joined yet"))
        guard let log = await knownLog() else { return }
        let consumer = try parts.kafkaConsumer(group)
        let settings = parts.context.settings
        let limits = ConsumeLimits(maximumRecords: settings.int(.batchMaximumRecords))
        let turns = Turns(settings.int(.batchConcurrent))
        let lanes = ConsumerGroupLanes(
            consumer: consumer, group: group.rawValue,
            limits: BatchLimits(
                maximumBytes: settings.int(.batchMaximumBytes),
                lingerMilliseconds: Int(settings.duration(.batchLinger) / .milliseconds(1))),
            status: parts.status, log: parts.context.logger,
            onAssigned: { health.set("consumer", .ready) },
            makeLane: { source in
                ConsumeLane(
                    source: source, handler: handler, keeper: parts.lanes, sink: parts.sink,
                    log: parts.context.logger, owner: parts.context.instance, logID: log, limits: limits,
                    turns: turns, status: parts.status)
            })
        await withGracefulShutdownHandler {
            await lanes.run()
        } onGracefulShutdown: {
            Task { await consumer.close(timeoutMilliseconds: 10_000) }
        }
        await consumer.close(timeoutMilliseconds: 10_000)
    }

    /// The log's row, once it needs no rebuild; nil when told to stop meanwhile.
    private func knownLog() async -> Int32? {
        let context = parts.context
        return await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let cluster = try await parts.kafkaAdmin.clusterID() ?? "unnamed"
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
