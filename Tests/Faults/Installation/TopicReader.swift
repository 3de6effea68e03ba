import Contracts
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
    }

    static let topics = Topic.allCases

    private var bootstrap: String
    private var consumer: KafkaConsumer
    private var partitions: Set<KafkaPartition> = []
    private var next: [KafkaPartition: Int64] = [:]
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
        next = [:]
        self.bootstrap = bootstrap
        try await replaceConsumer()
    }

    /// Asks the brokers for nothing until it resumes.
    func pause() async {
        partitions = []
        await consumer.close(timeoutMilliseconds: 1_000)
    }

    /// Goes on where it was.
    func resume() async throws {
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
                self.partitions.formUnion(partitions)
                for partition in partitions { Task { await read(partition, assignment, consumer) } }
            case .revoked(_, let done): done()
            case .lost, .failed: break
            }
        }
    }

    /// Where the topics end now.
    func ends() async throws -> [KafkaPartition: Int64] { try await watermarks().mapValues(\.high) }

    /// Where the topics begin now.
    func beginnings() async throws -> [KafkaPartition: Int64] { try await watermarks().mapValues(\.low) }

    private func watermarks() async throws -> [KafkaPartition: (low: Int64, high: Int64)] {
        try await wait("the harness is given the partitions") { !$0.partitions.isEmpty }
        return try await withThrowingTaskGroup(of: (KafkaPartition, (low: Int64, high: Int64)).self) { tasks in
            for partition in partitions {
                tasks.addTask { [consumer] in
                    (partition, try await consumer.watermarks(partition, timeoutMilliseconds: 3_000))
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
            try await wait("the harness has read \(partition) up to \(end)") { $0.next[partition] ?? 0 >= end }
        }
    }

    private func wait(_ what: String, _ fact: (isolated TopicReader) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while !fact(self) {
            guard ContinuousClock.now < deadline else { throw HarnessFailure("after 30 s it is not so that \(what)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// - Parameter assignment: it reads under this one alone. Were two to take from what one of them has started, the later
    ///   batch might be looked at first, and the earlier one be taken for repeated and never be seen.
    private func read(_ partition: KafkaPartition, _ assignment: Int, _ consumer: KafkaConsumer) async {
        guard let topic = Topic(rawValue: partition.topic) else { return }
        // What ends it is another assignment, or the end of the installation.
        while (try? await consumer.start(partition, at: next[partition] ?? 0, in: assignment)) != nil {
            do {
                while let batch = try await consumer.nextBatch(
                    of: partition, in: assignment, maximumRecords: 1_000, maximumBytes: 4 << 20)
                {
                    guard consumer === self.consumer else { return }
                    for record in batch where record.offset >= next[partition] ?? 0 {
                        take(record, topic)
                        next[partition] = record.offset + 1
                    }
                }
                return
            } catch {
                // An error that was meant for the workers: asked again, the brokers answer.
                guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
            }
        }
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
        if seen.key != record.key || seen.value != value || (topic == .deadLetters && seen.headers != headers) {
            seen.isUnanimous = false
        }
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
