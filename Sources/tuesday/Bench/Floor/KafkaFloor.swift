import Contracts
import Domain
import KafkaClient
import PostgresClient

/// Produce and consume of the very records that requests caused, and nothing else.
struct KafkaFloor: Sendable {
    /// How fast one pass went.
    struct Pace: Sendable {
        let messages: Int
        let bytes: Int
        let produceSeconds: Double
        let consumeSeconds: Double
    }

    private static let topic = "tuesday.bench.v1"

    let ground: BenchGround

    /// The events and notifications of the last requests accepted, as they were published, on a topic of their own.
    func messages(requests: Int) async throws -> [KafkaMessage] {
        let rows = try await ground.pool.withConnection { connection in
            try await connection.query(
                """
                select e.request_id, e.seq, e.type, e.at, e.body, null, null, e.lane_id, e.lane_seq
                from tuesday.event e
                where e.request_id in (select id from tuesday.request order by id desc limit $1)
                union all
                select n.request_id, 0, 0::smallint, n.at, n.body, n.recipient, n.template, n.lane_id, n.lane_seq
                from tuesday.notification n
                where n.request_id in (select id from tuesday.request order by id desc limit $1)
                order by 8, 9
                """, [.int64(Int64(requests))])
        }
        return try rows.map { row in
            let request = RequestID(try row.uuid(0))
            let (at, body) = (Instant(microseconds: try row.timestamp(3)), try row.utf8(4))
            let message: OutgoingMessage
            if let recipient = try row.optionalString(5), let template = try row.optionalString(6) {
                message = NotificationRecord.message(
                    lane: try row.int32(7), laneSeq: try row.int64(8), at: at, recipient: recipient, template: template,
                    subject: request, body: body)
            } else if let type = EventType(rawValue: try row.int16(2)) {
                message = RequestEventRecord.message(
                    request: request, seq: try row.int32(1), type: type, at: at, body: body, laneSeq: try row.int64(8))
            } else {
                throw CommandFailure("an event of request \(request) has the unknown type \(try row.int16(2))")
            }
            return KafkaMessage(
                topic: Self.topic, key: message.key, value: message.value,
                headers: message.headers.map { KafkaHeader($0.name, $0.value) }, timestampMilliseconds: message.at)
        }
    }

    func run(_ messages: [KafkaMessage]) async throws -> Pace {
        try await ground.broker.createTopic(
            Self.topic, partitions: ground.partitions, configuration: ["retention.ms": "600000"])
        let consumer = try KafkaConsumer(
            settings: ground.broker.clientSettings, group: RunLabel.make("bench"), topics: [Self.topic])
        let outcome: Result<Pace, any Error>
        do { outcome = .success(try await run(messages, consumer)) } catch { outcome = .failure(error) }
        await consumer.close(timeoutMilliseconds: 5_000)
        return try outcome.get()
    }

    private func run(_ messages: [KafkaMessage], _ consumer: KafkaConsumer) async throws -> Pace {
        var assigned: [KafkaPartition] = []
        for await event in consumer.assignments {
            guard case .assigned(let partitions, _) = event, !partitions.isEmpty else { continue }
            assigned = partitions
            break
        }
        var (produced, consumed) = (0.0, 0.0)
        var next = 0
        while next < messages.count {
            // What the embedded broker holds of them, and then back out of it.
            let part = Array(messages[next..<min(messages.count, next + ground.partitions * 10_000)])
            next += part.count
            var begins: [KafkaPartition: Int64] = [:]
            for partition in assigned {
                begins[partition] = try await consumer.watermarks(partition, timeoutMilliseconds: 10_000).high
            }
            let began = ContinuousClock.now
            for case .failed(let error) in try await ground.producer.send(part) { throw error }
            let turned = ContinuousClock.now
            let count = try await consume(part.count, from: begins, consumer)
            let ended = ContinuousClock.now
            guard count == part.count else {
                throw CommandFailure("no result: \(part.count) records were produced and \(count) read")
            }
            produced += (turned - began) / .seconds(1)
            consumed += (ended - turned) / .seconds(1)
        }
        return Pace(
            messages: messages.count, bytes: messages.reduce(0) { $0 + $1.byteCount }, produceSeconds: produced,
            consumeSeconds: consumed)
    }

    private func consume(
        _ count: Int, from begins: [KafkaPartition: Int64], _ consumer: KafkaConsumer
    ) async throws -> Int {
        var ends: [KafkaPartition: Int64] = [:]
        for partition in begins.keys {
            ends[partition] = try await consumer.watermarks(partition, timeoutMilliseconds: 10_000).high
        }
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for (partition, begin) in begins {
                let end = ends[partition] ?? begin
                guard begin < end else { continue }
                group.addTask {
                    try await consumer.start(partition, at: begin)
                    var (count, next) = (0, begin)
                    while next < end,
                        let batch = try await consumer.nextBatch(
                            of: partition, maximumRecords: 5_000, maximumBytes: 8 << 20)
                    {
                        count += batch.count
                        next = (batch.last?.offset ?? end) + 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }
}
