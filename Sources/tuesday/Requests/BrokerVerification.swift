import Contracts
import KafkaClient
import PostgresClient
import Runtime
import Store

/// What `tuesday verify` asks of Kafka: how far the groups have read, and whether the lanes stand where they say.
struct BrokerVerification: Sendable {
    private let places: BrokerPlaces

    private var lanes: LaneReader { LaneReader(pool: places.pool) }

    init(places: BrokerPlaces) {
        self.places = places
    }

    // MARK: how far the groups have read

    /// Gives the groups so long to read what Kafka holds now.
    func marks(within limit: Duration) async throws -> ReadMarks {
        var marks = ReadMarks(publishedBy: try await lanes.lanes())
        if try await lanes.awaitsRebuild(log: places.log) {
            for group in ConsumerGroup.allCases { marks.behind[group] = "waits for `tuesday topics rebuild`" }
            return marks
        }
        // Asked after the marks were taken, so that what was published up to them is before these ends.
        let ends = try await places.admin.watermarks(topics: BrokerPlaces.topics).mapValues(\.high)
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            marks.behind = try await behind(ends)
            guard !marks.behind.isEmpty, clock.now < end else { return marks }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func behind(_ ends: [KafkaPartition: Int64]) async throws -> [ConsumerGroup: String] {
        let lanes = try await lanes.lanes().filter { $0.log == places.log }
        var behind: [ConsumerGroup: String] = [:]
        for group in ConsumerGroup.allCases {
            var count: Int64 = 0
            for (partition, end) in ends where partition.topic == group.topic.rawValue {
                let lane = lanes.first {
                    $0.group == group.rawValue && $0.topic == partition.topic && $0.partition == partition.partition
                }
                count += max(0, end - (lane?.nextOffset ?? 0))
            }
            if count > 0 { behind[group] = "has still to read \(count) records of what Kafka held when this began" }
        }
        return behind
    }

    // MARK: where the lanes stand

    /// Whatever is wrong is looked at twice: a record may have been removed, or a lane put back, between two answers.
    func findings() async throws -> [Verification.Finding] {
        let wrong = try await Self.twice { try await misplaced() }
        let ahead = try await Self.twice { try await aheadOfEffects() }
        return [
            Verification.Finding(
                rule: "a lane stands where its partition has it", violations: Array(wrong.prefix(Verification.limit))),
            Verification.Finding(
                rule: "no offset is committed to Kafka before its effects", violations: Array(ahead.prefix(Verification.limit))),
        ]
    }

    /// The sentences of the second look about what the first complained of too.
    private static func twice(_ look: () async throws -> [Int32: String]) async throws -> [String] {
        let first = try await look()
        if first.isEmpty { return [] }
        try await Task.sleep(for: .seconds(2))
        return try await look().filter { first[$0.key] != nil }.sorted { $0.key < $1.key }.map(\.value)
    }

    private func misplaced() async throws -> [Int32: String] {
        var wrong: [Int32: String] = [:]
        for place in try await places.places() {
            guard let problem = try await places.problem(of: place) else { continue }
            wrong[place.lane.id] = "lane \(place.lane.id), \(Self.words(place.lane)): \(problem); see tuesday lanes recover"
        }
        return wrong
    }

    /// Kafka is asked first: the row it is compared with is never older. A lane that was put back and has applied nothing
    /// since has no identity; Kafka still has the offset from before.
    private func aheadOfEffects() async throws -> [Int32: String] {
        var committed: [String: [KafkaPartition: KafkaGroupOffset]] = [:]
        for group in ConsumerGroup.allCases {
            committed[group.rawValue] = try await places.admin.groupLag(group: group.rawValue, topics: [group.topic.rawValue])
        }
        var ahead: [Int32: String] = [:]
        for lane in try await lanes.lanes() where lane.log == places.log && lane.lastIdentity != nil {
            guard let number = lane.partition,
                let offset = committed[lane.group]?[KafkaPartition(topic: lane.topic, partition: number)]?.committed,
                offset > lane.nextOffset
            else { continue }
            ahead[lane.id] = "lane \(lane.id), \(Self.words(lane)): \(offset) is committed, applied is up to \(lane.nextOffset)"
        }
        return ahead
    }

    private static func words(_ lane: LaneView) -> String {
        "\(lane.group) on \(lane.topic)/\(lane.partition ?? -1)"
    }
}
