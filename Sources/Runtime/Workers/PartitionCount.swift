import Contracts
import KafkaClient
import Logging
import ServiceLifecycle
import Workflow

/// Tells the mint how many partitions the requests topic has, as soon as Kafka answers and now and then again.
///
/// Intake does not wait for it: until then ids fall where chance puts them.
struct PartitionCount: ServiceLifecycle.Service {
    let admin: KafkaAdmin
    let mint: RequestMint
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = Duration.seconds(300)
                do {
                    let topics = try await admin.describeTopics()
                    if let topic = topics.first(where: { $0.name == Topic.requests.rawValue }) {
                        mint.gather(among: topic.partitions)
                    }
                } catch {
                    log.debug("partitions not counted", metadata: ["reason": "\(error)"])
                    pause = .seconds(2)
                }
                do { try await Task.sleep(for: pause) } catch { return }
            }
        }
    }
}
