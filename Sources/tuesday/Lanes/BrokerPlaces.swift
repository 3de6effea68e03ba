import Contracts
import KafkaClient
import Messaging
import PostgresClient
import Runtime
import Store
import Workflow

/// Where the lanes of one Kafka log stand in their partitions, as PostgreSQL and the broker say now.
struct BrokerPlaces: Sendable {
    let pool: PostgresPool
    let admin: KafkaAdmin
    let log: Int32

    /// A lane, and what its partition holds.
    struct Place: Sendable {
        let lane: LaneView
        let low: Int64
        let high: Int64

        /// Records that the lane has not applied, of those still in the log.
        var lag: Int64 { max(0, high - max(lane.nextOffset, low)) }
    }

    static let topics = Array(Set(ConsumerGroup.allCases.map(\.topic.rawValue)))

    /// Consuming lanes of this log whose partition exists.
    ///
    /// The rows are read first: a lane at work is never past an end that was asked for later.
    func places() async throws -> [Place] {
        let lanes = try await LaneReader(pool: pool).lanes()
        let watermarks = try await admin.watermarks(topics: Self.topics)
        return lanes.compactMap { lane in
            guard lane.log == log, let number = lane.partition,
                let found = watermarks[KafkaPartition(topic: lane.topic, partition: number)]
            else { return nil }
            return Place(lane: lane, low: found.low, high: found.high)
        }
    }

    /// The group that is furthest behind on the events. One that has not begun has everything before it.
    func slowest() async throws -> PacedPublishing.Lag {
        let watermarks = try await admin.watermarks(topics: [Topic.requests.rawValue])
        let lanes = try await LaneReader(pool: pool).lanes().filter { $0.log == log }
        var slowest = PacedPublishing.Lag(records: 0, place: "nobody")
        for group in ConsumerGroup.allCases where group.topic == .requests {
            for (partition, found) in watermarks {
                let lane = lanes.first {
                    $0.group == group.rawValue && $0.topic == partition.topic && $0.partition == partition.partition
                }
                let lag = found.high - max(lane?.nextOffset ?? 0, found.low)
                if lag > slowest.records {
                    slowest = .init(records: lag, place: "\(group.rawValue) on \(partition.topic)/\(partition.partition)")
                }
            }
        }
        return slowest
    }

    /// What is wrong with a lane's place; nil when nothing is.
    func problem(of place: Place) async throws -> String? {
        let partition = KafkaPartition(topic: place.lane.topic, partition: place.lane.partition ?? -1)
        return try await LanePlace(
            nextOffset: place.lane.nextOffset, lastIdentity: place.lane.lastIdentity, anchor: place.lane.anchor
        ).problem(low: place.low, high: place.high) { offset in
            try await admin.record(of: partition, at: offset).map { IncomingRecord($0) }
        }
    }
}
