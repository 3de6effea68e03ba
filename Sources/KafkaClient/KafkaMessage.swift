/// One header of a message: a name and bytes. Names may repeat and keep their order.
public struct KafkaHeader: Sendable, Equatable {
    /// Sent as UTF-8; must not contain NUL.
    public var name: String
    /// Any bytes; may be empty.
    public var value: [UInt8]

    /// A header whose value is UTF-8 text.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = Array(value.utf8)
    }

    /// A header whose value is any bytes.
    public init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
    }
}

/// Anything that can be produced as a message: the producer reads it where it is, once, and copies the bytes.
public protocol KafkaProducible: Sendable {
    /// The topic to write to.
    var topicName: String { get }
    /// Nil: chosen from the key as the Java client does (murmur2), at random without a key.
    var partition: Int32? { get }
    /// Nil: no key.
    var keyBytes: ArraySlice<UInt8>? { get }
    /// Nil: a tombstone.
    var valueBytes: ArraySlice<UInt8>? { get }
    /// Milliseconds since 1970 UTC; nil: the time at which it is handed over.
    var timestampMilliseconds: Int64? { get }
    /// Key, value and headers, in bytes; what counts against the producer's bound.
    var byteCount: Int { get }
    /// Calls the body for each header in order; the pointers are valid for that call only.
    func forEachHeader(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void)
}

/// A message to produce. The producer copies what it needs; the caller keeps this value.
public struct KafkaMessage: KafkaProducible {
    /// The topic to write to; must exist.
    public var topic: String
    /// The partition to write to; nil: chosen from the key as the Java client does (murmur2), at random without a key.
    public var partition: Int32?
    /// nil: no key. An empty array is a key of no bytes, which is different.
    public var key: [UInt8]?
    /// nil: a tombstone, which makes a compacted topic forget the key.
    public var value: [UInt8]?
    /// In the order in which a consumer will see them.
    public var headers: [KafkaHeader]
    /// Milliseconds since 1970 UTC; nil: the time at which it is handed over.
    public var timestampMilliseconds: Int64?

    /// A message with nothing but what is given: by default a tombstone without a key.
    public init(
        topic: String, partition: Int32? = nil, key: [UInt8]? = nil, value: [UInt8]? = nil,
        headers: [KafkaHeader] = [], timestampMilliseconds: Int64? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
        self.timestampMilliseconds = timestampMilliseconds
    }

    /// Key, value and headers, in bytes; what counts against the producer's bound.
    public var byteCount: Int {
        var count = (key?.count ?? 0) + (value?.count ?? 0)
        for header in headers { count += header.name.utf8.count + header.value.count }
        return count
    }

    /// The same as ``topic``.
    public var topicName: String { topic }
    /// All of ``key``.
    public var keyBytes: ArraySlice<UInt8>? { key.map { $0[...] } }
    /// All of ``value``.
    public var valueBytes: ArraySlice<UInt8>? { value.map { $0[...] } }

    /// Calls the body for each of ``headers``; the pointers are valid for that call only.
    public func forEachHeader(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        for header in headers {
            var name = header.name
            name.withUTF8 { name in header.value.withUnsafeBytes { body(UnsafeRawBufferPointer(name), $0) } }
        }
    }
}

/// What became of one message.
public enum KafkaDelivery: Sendable, Equatable {
    /// The broker has it. The offset is -1 in the rare case of an idempotent retry whose first answer was lost:
    /// it is stored, the broker only did not say where.
    case delivered(partition: Int32, offset: Int64)
    /// It may or may not be in the log when the error is a timeout or a purge in flight; otherwise it is not.
    case failed(KafkaError)
}
