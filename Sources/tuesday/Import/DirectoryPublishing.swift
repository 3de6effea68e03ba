import KafkaClient
import Messaging
import PostgresClient
import Runtime
import Store
import Workflow

/// Puts what an import changed of the directory on its topic, as far as Kafka takes it now.
///
/// It is stored already: what fails here is not the import's failure, and a worker publishes what is left.
struct DirectoryPublishing {
    let pool: PostgresPool
    let settings: Settings

    /// Returns how many entries are left to the workers. One that Kafka has not taken after five seconds ends it.
    func publish() async throws -> Int64 {
        let keeper = LaneStore(pool: pool)
        guard let ticket = try await keeper.adopt(owner: settings.text(.instance), pool: LaneStore.registerPool) else {
            // Somebody is publishing this lane, and goes on with what was just written.
            return try await LaneReader(pool: pool).lanes().filter { $0.group == LaneStore.registerPool }
                .reduce(0) { $0 + $1.pendingCount }
        }
        let producer = try KafkaProducer(
            settings: settings.kafkaClient.merging(["message.timeout.ms": "5000"]) { given, _ in given })
        let outcome: Result<Int64, any Error>
        do {
            outcome = .success(try await publish(ticket, keeper, KafkaSink(producer: producer)))
        } catch { outcome = .failure(error) }
        await producer.close(timeoutMilliseconds: 1_000)
        try await keeper.release(ticket)
        return try outcome.get()
    }

    private func publish(_ ticket: LaneTicket, _ keeper: LaneStore, _ sink: KafkaSink) async throws -> Int64 {
        var published = ticket.publishedThrough
        while published < ticket.laneSeq {
            do {
                published = try await keeper.publishTail(of: ticket, after: published, limit: 1_000, on: sink)
            } catch let failure as PublishingFailure {
                return ticket.laneSeq - published - Int64(failure.deliveredCount)
            } catch is KafkaError { return ticket.laneSeq - published }
        }
        return 0
    }
}
