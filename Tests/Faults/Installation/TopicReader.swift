import Contracts
import Foundation
import KafkaClient
import TestSupport

/// Everything that is on the topics, read as it comes and kept: by identity how often it is there and with which value.
actor TopicReader {
    struct Seen: Sendable {
        var count = 0
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [String]
        /// Counts what was seen for the first time.
        var firstPlace: Int
        /// Two records of one identity must be the same bytes.
        var isUnanimous = true
        /// Where the first of them stand.
        var places: [Letters.Place] = []
    }

    static let topics = Topic.allCases
    /// Places of one identity that are kept, and lines of the diary.
    private static let limits = (places: 8, diary: 4_000)

    private var bootstrap: String
    private var consumer: KafkaConsumer
    private var partitions: Set<KafkaPartition> = []
    private(set) var offsets: [KafkaPartition: ReadOffsets] = [:]
    /// What was not read of brokers that there are no more.
    private var formerUnread: [Unread] = []
    /// What became of the reading itself, and when; the latest.
    private(set) var diary: [String] = []
    private(set) var seen: [Topic: [String: Seen]] = [:]
    /// Records without an identity: what a foreign program wrote.
    private(set) var strange: [Topic: [Letters.Place: [Letters.Contents]]] = [:]
    private(set) var total: [Topic: Int] = [:]

    init(bootstrap: String) throws {
        self.bootstrap = bootstrap
        consumer = try Self.consumer(bootstrap)
    }

    /// Goes on with other brokers; what was seen stays.
    func follow(_ bootstrap: String) async throws {
        formerUnread = unread
        offsets = [:]
        note("other brokers: \(bootstrap)")
        self.bootstrap = bootstrap
        try await replaceConsumer()
    }

    /// Asks the brokers for nothing until it resumes.
    func pause() async {
        note("paused")
        partitions = []
        await consumer.close(timeoutMilliseconds: 1_000)
    }

    /// Goes on where it was.
    func resume() async throws {
        note("resumed")
        try await replaceConsumer()
        Task { await readAll() }
    }

    private func replaceConsumer() async throws {
        let former = consumer
        consumer = try Self.consumer(bootstrap)
        partitions = []
        await former.close(timeoutMilliseconds: 1_000)
    }

    private static func consumer(_ bootstrap: String) throws -> KafkaConsumer {
        try KafkaConsumer(
            settings: [
                "bootstrap.servers": bootstrap, "session.timeout.ms": "6000", "fetch.wait.max.ms": "20",
                "reconnect.backoff.max.ms": "500", "socket.timeout.ms": "3000",
            ], group: "faults", topics: topics.map(\.rawValue))
    }

    /// Reads until it is closed or follows others, whatever happens to the brokers meanwhile.
    func readAll() async {
        let consumer = consumer
        for await event in consumer.assignments {
            switch event {
            case .assigned(let partitions, let assignment):
                guard consumer === self.consumer else { continue }
                note("assignment \(assignment): \(Self.list(partitions))")
                self.partitions.formUnion(partitions)
                for partition in partitions { Task { await read(partition, assignment, consumer) } }
            case .revoked(let partitions, let done):
                note("revoked: \(Self.list(partitions))")
                done()
            case .lost(let partitions): note("lost: \(Self.list(partitions))")
            case .failed(let error, let partition): note("failed: \(partition.map { "\($0): " } ?? "")\(error)")
            }
        }
        note("the consumer has ended")
    }

    private static func list(_ partitions: [KafkaPartition]) -> String {
        partitions.isEmpty ? "nothing" : partitions.map(\.description).joined(separator: " ")
    }

    private func note(_ words: String) {
        if diary.count >= Self.limits.diary { diary.removeFirst(diary.count / 2) }
        diary.append("\(Date.now.ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))) \(words)")
    }

    /// What was not read although what comes after it was, in order.
    var unread: [Unread] {
        formerUnread + offsets.sorted { $0.key < $1.key }.flatMap { partition, offsets in
            offsets.holes.map { Unread(partition: partition, hole: $0) }
        }
    }

    /// Where the topics end now.
    func ends() async throws -> [KafkaPartition: Int64] { try await watermarks().mapValues(\.high) }

    /// Where the topics begin now.
    func beginnings() async throws -> [KafkaPartition: Int64] { try await watermarks().mapValues(\.low) }

    func watermarks() async throws -> [KafkaPartition: (low: Int64, high: Int64)] {
        // All of them: what is on one that it was not given would be missed without a trace.
        try await wait("the harness is given every partition") { reader in
            reader.partitions.count == Self.topics.count * Installation.partitions
        }
        return try await withThrowingTaskGroup(of: (KafkaPartition, (low: Int64, high: Int64)).self) { tasks in
            for partition in partitions {
                tasks.addTask { [consumer] in
                    (partition, try await consumer.watermarks(partition, timeoutMilliseconds: 10_000))
                }
            }
            var found: [KafkaPartition: (low: Int64, high: Int64)] = [:]
            for try await (partition, bounds) in tasks { found[partition] = bounds }
            return found
        }
    }

    /// Returns when everything up to these ends was seen.
    func awaitRead(to ends: [KafkaPartition: Int64]) async throws {
        for (partition, end) in ends {
            try await wait("the harness has read \(partition) up to \(end)") {
                $0.offsets[partition]?.next ?? 0 >= end
            }
        }
    }

    private func wait(_ what: String, _ fact: (isolated TopicReader) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while !fact(self) {
            guard ContinuousClock.now < deadline else { throw HarnessFailure("after 30 s it is not so that \(what)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// - Parameter assignment: it reads under this one alone; under the next one another reads the partition.
    private func read(_ partition: KafkaPartition, _ assignment: Int, _ consumer: KafkaConsumer) async {
        guard let topic = Topic(rawValue: partition.topic) else { return }
        while consumer === self.consumer {
            do {
                try await consumer.start(partition, at: offsets[partition]?.next ?? 0, in: assignment)
                while let batch = try await consumer.nextBatch(
                    of: partition, in: assignment, maximumRecords: 1_000, maximumBytes: 4 << 20)
                {
                    // Of other brokers these offsets say nothing.
                    guard consumer === self.consumer else { return }
                    // What the former assignment still had in hand may come after the same from this one, or before.
                    for record in batch where offsets[partition, default: ReadOffsets()].take(record.offset) {
                        take(record, topic)
                    }
                }
                return
            } catch let error as KafkaError where Self.isOver(error) {
                return
            } catch {
                note("\(partition): \(error)")
                await passLost(partition, consumer)
                // An error that was meant for the workers: asked again, the brokers answer.
                guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
            }
        }
    }

    /// The partition is another assignment's, or the consumer is closed; whatever else fails may go well the next time.
    static func isOver(_ error: KafkaError) -> Bool { error.name == "_STATE" }

    /// Goes on where the partition begins now when that is after what comes next: who asked for what is gone would for ever
    /// be told that it is. What was not read is remembered, and those who judge are told.
    private func passLost(_ partition: KafkaPartition, _ consumer: KafkaConsumer) async {
        // Who does not answer just now is asked again after the next error.
        guard let (low, high) = try? await consumer.watermarks(partition, timeoutMilliseconds: 3_000),
            consumer === self.consumer
        else { return }
        let lost = offsets[partition, default: ReadOffsets()].lose(before: low)
        note("\(partition) goes from \(low) to \(high); \(lost.map { "not read: \($0)" } ?? "nothing of it is lost")")
    }

    private func take(_ record: KafkaRecord, _ topic: Topic) {
        total[topic, default: 0] += 1
        let headers = record.headers.map { "\($0.name): \(String(decoding: $0.value, as: UTF8.self))" }
        guard let identity = Self.identity(on: topic, { record.header($0) }) else {
            strange[topic, default: [:]][Letters.Place(partition: record.partition, offset: record.offset), default: []]
                .append(Letters.Contents(key: record.key, value: record.value, headers: headers))
            return
        }
        // Blanks after the JSON only make a record large.
        var value = record.value
        if let long = value, long.count > 100_000 {
            value = Array(long[..<((long.lastIndex { $0 != 0x20 } ?? -1) + 1)])
        }
        let places = seen[topic]?.count ?? 0
        var seen =
            seen[topic]?[identity] ?? Seen(key: record.key, value: value, headers: headers, firstPlace: places)
        seen.count += 1
        if seen.places.count < Self.limits.places {
            seen.places.append(Letters.Place(partition: record.partition, offset: record.offset))
        }
        if seen.key != record.key || seen.value != value || seen.headers != headers { seen.isUnanimous = false }
        self.seen[topic, default: [:]][identity] = seen
    }

    /// A dead letter keeps its record's own headers: what it is known by is whose it is, and where and when it was met.
    static func identity(on topic: Topic, _ header: (String) -> String?) -> String? {
        guard topic == .deadLetters else { return header("ce_id") }
        let names = ["group", "topic", "partition", "offset", "first-seen"]
        return names.map { header("tuesday-dlq-\($0)") ?? "?" }.joined(separator: "/")
    }

    /// Records that are on a topic more often than once.
    func repeated(on topic: Topic) -> Int { seen[topic]?.values.count { $0.count > 1 } ?? 0 }

    /// Different records that are on a topic.
    func count(on topic: Topic) -> Int { seen[topic]?.count ?? 0 }

    func close() async { await consumer.close(timeoutMilliseconds: 1_000) }
}
