import Glibc

/// A topic and the number of one of its partitions.
public struct KafkaPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The topic's name.
    public let topic: String
    /// Counted from 0.
    public let partition: Int32

    /// Names a partition, which need not exist.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// By topic, then by number.
    public static func < (left: Self, right: Self) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }

    /// As in `requests[3]`.
    public var description: String { "\(topic)[\(partition)]" }
}

/// A record as it stands in the log; a copy, whose memory it shares with the records that were fetched together with it.
public struct KafkaRecord: Sendable, Equatable {
    let block: RecordBlock
    let index: Int

    /// The topic it was read from.
    public var topic: String { block.partition.topic }
    /// The partition it was read from.
    public var partition: Int32 { block.partition.partition }
    /// Offsets of consecutive records may have gaps (compaction, transaction markers); they never go back.
    public var offset: Int64 { block.entries[index].offset }
    /// Milliseconds since 1970 UTC; -1 when the log has none.
    public var timestampMilliseconds: Int64 { block.entries[index].timestamp }

    /// The key's bytes where they are; nil: no key.
    public var keyBytes: ArraySlice<UInt8>? { block.entries[index].key.map { block.bytes[$0] } }
    /// The value's bytes where they are; nil: a tombstone.
    public var valueBytes: ArraySlice<UInt8>? { block.entries[index].value.map { block.bytes[$0] } }

    /// A copy of the key.
    public var key: [UInt8]? { keyBytes.map { Array($0) } }
    /// A copy of the value.
    public var value: [UInt8]? { valueBytes.map { Array($0) } }
    /// Copies of all headers, in order.
    public var headers: [KafkaHeader] {
        block.headers(of: index).map { name, value in
            KafkaHeader(name: String(decoding: block.bytes[name], as: UTF8.self), value: Array(block.bytes[value]))
        }
    }

    /// The last header of this name as UTF-8 text (broken UTF-8 is replaced), as Kafka's own clients choose it.
    public func header(_ name: String) -> String? {
        block.headers(of: index).last { block.bytes[$0.name].elementsEqual(name.utf8) }
            .map { String(decoding: block.bytes[$0.value], as: UTF8.self) }
    }

    /// The bytes of the first header of this name, where they are.
    public func headerBytes(_ name: StaticString) -> ArraySlice<UInt8>? {
        let value = block.bytes.withUnsafeBytes { bytes in
            block.headers(of: index).first { header in
                header.name.count == name.utf8CodeUnitCount
                    && memcmp(bytes.baseAddress! + header.name.lowerBound, name.utf8Start, name.utf8CodeUnitCount) == 0
            }?.value
        }
        return value.map { block.bytes[$0] }
    }

    /// Key, value and headers, in bytes, without the framing of the log.
    public var byteCount: Int { block.entries[index].byteCount }

    /// Whether place, time and contents are the same, whatever they were fetched together with.
    public static func == (left: KafkaRecord, right: KafkaRecord) -> Bool {
        left.topic == right.topic && left.partition == right.partition && left.offset == right.offset
            && left.timestampMilliseconds == right.timestampMilliseconds && left.keyBytes == right.keyBytes
            && left.valueBytes == right.valueBytes && left.headers == right.headers
    }
}
