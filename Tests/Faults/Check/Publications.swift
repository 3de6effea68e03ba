import Contracts
import KafkaClient

/// What is on a topic, held against what was committed for it.
enum Publications {
    /// A message as it was committed.
    struct Committed {
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [String] = []
        /// Through which it left, and as which of its messages.
        var lane: LanePlace?
    }

    struct LanePlace: Hashable, Comparable {
        var lane: Int32
        var seq: Int64

        static func < (left: LanePlace, right: LanePlace) -> Bool { (left.lane, left.seq) < (right.lane, right.seq) }
    }

    /// - Parameters:
    ///   - isDone: everything that was committed has been published, and the topic was read to its end.
    ///   - unreadCount: records of the topic that were passed over on the way: no more than these can be there unseen.
    static func problems(
        _ topic: Topic, committed: [String: Committed], seen: [String: TopicReader.Seen], isDone: Bool = true,
        unreadCount: Int = 0
    ) -> [String] {
        var found: [String] = []
        let missing = isDone ? committed.keys.filter { seen[$0] == nil } : []
        for identity in missing {
            found.append(
                missing.count > unreadCount
                    ? "I2: \(topic.rawValue) never got \(identity)"
                    : "the harness: saw no \(identity) on \(topic.rawValue), and did not read all of it")
        }
        for (identity, record) in seen {
            if !record.isUnanimous { found.append("I2: \(topic.rawValue) holds \(identity) with two contents") }
            guard let row = committed[identity] else {
                found.append("I2: \(topic.rawValue) holds \(identity), which was never committed")
                continue
            }
            if row.value != record.value { found.append("I2: the value of \(identity) is not its row's") }
            if row.key != record.key { found.append("I2: the key of \(identity) is not its row's") }
            if row.headers != record.headers {
                found.append("I2: the headers of \(identity) are not its row's: \(record.headers)")
            }
        }
        return found.sorted()
    }

    /// Sentences about keys of which a later version was seen on the topic before an earlier one; repetitions do not count.
    ///
    /// - Parameter versions: by identity the key and the version.
    static func disorder(
        _ topic: Topic, versions: [String: (key: String, version: Int64)], seen: [String: TopicReader.Seen]
    ) -> [String] {
        var latest: [String: Int64] = [:]
        var found: [String] = []
        for (identity, _) in seen.sorted(by: { $0.value.firstPlace < $1.value.firstPlace }) {
            guard let (key, version) = versions[identity] else { continue }
            if let before = latest[key], before > version {
                found.append("I2: \(topic.rawValue) tells version \(version) of \(key) after \(before)")
            }
            latest[key] = max(latest[key] ?? version, version)
        }
        return found
    }
}
