/// A topic and the number of one of its partitions.
public struct KafkaPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let topic: String
    public let partition: Int32

    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }

    public var description: String { "\(topic)[\(partition)]" }
}

/// A record as it stands in the log; a copy, owned by whoever holds it.
public struct KafkaRecord: Sendable, Equatable {
    public let topic: String
    public let partition: Int32
    /// Offsets of consecutive records may have gaps (compaction, transaction markers); they never go back.
    public let offset: Int64
    public let key: [UInt8]?
    /// nil: a tombstone.
    public let value: [UInt8]?
    public let headers: [KafkaHeader]
    /// Milliseconds since 1970 UTC; -1 when the log has none.
    public let timestampMilliseconds: Int64

    public init(
        topic: String, partition: Int32, offset: Int64, key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader] = [],
        timestampMilliseconds: Int64 = -1
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
        self.headers = headers
        self.timestampMilliseconds = timestampMilliseconds
    }

    /// The last header of this name as UTF-8 text (broken UTF-8 is replaced), as Kafka's own clients choose it.
    public func header(_ name: String) -> String? {
        headers.last { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// Key, value and headers, in bytes, without the framing of the log.
    public var byteCount: Int { payloadByteCount(key: key, value: value, headers: headers) }
}
