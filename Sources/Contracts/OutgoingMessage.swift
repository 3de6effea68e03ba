/// A message as it leaves: the bytes are those of the row it was committed with, unless a dead letter would be too large
/// (``DeadLetterRecord``).
public struct OutgoingMessage: Sendable {
    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public let topic: Topic
    /// The number of this message in its lane.
    public let laneSeq: Int64
    /// Milliseconds since 1970, the record's timestamp.
    public let at: Int64
    /// Where key, value and headers are; of the messages of one transaction the same memory.
    private let bytes: [UInt8]
    private let keyPlace: Range<Int>?
    private let valuePlace: Range<Int>?
    private let headerPlace: Range<Int>

    init(
        topic: Topic, laneSeq: Int64, bytes: [UInt8], key: Range<Int>?, value: Range<Int>?, headers: Range<Int>, at: Int64
    ) {
        self.topic = topic
        self.laneSeq = laneSeq
        self.at = at
        self.bytes = bytes
        keyPlace = key
        valuePlace = value
        headerPlace = headers
    }

    /// - Parameter at: milliseconds since 1970, the record's timestamp.
    public init(topic: Topic, laneSeq: Int64, key: [UInt8]?, value: [UInt8]?, headers: [Header], at: Int64) {
        let block = HeaderBlock(headers).bytes
        var bytes: [UInt8] = []
        bytes.reserveCapacity((key?.count ?? 0) + (value?.count ?? 0) + block.count)
        func place(_ part: some Collection<UInt8>) -> Range<Int> {
            bytes.append(contentsOf: part)
            return (bytes.count - part.count)..<bytes.count
        }
        let places = (key: key.map(place), value: value.map(place), headers: place(block))
        self.init(
            topic: topic, laneSeq: laneSeq, bytes: bytes, key: places.key, value: places.value, headers: places.headers,
            at: at)
    }

    public var keyBytes: ArraySlice<UInt8>? { keyPlace.map { bytes[$0] } }
    public var valueBytes: ArraySlice<UInt8>? { valuePlace.map { bytes[$0] } }
    public var headerBlock: HeaderBlock { HeaderBlock(bytes: bytes[headerPlace]) }

    /// A copy of the key.
    public var key: [UInt8]? { keyBytes.map { Array($0) } }
    /// A copy of the value.
    public var value: [UInt8]? { valueBytes.map { Array($0) } }
    /// The headers as text.
    public var headers: [Header] { headerBlock.headers }

    /// About how much memory the message holds, in bytes.
    public var byteCount: Int { (keyPlace?.count ?? 0) + (valuePlace?.count ?? 0) + headerPlace.count + 100 }
}
