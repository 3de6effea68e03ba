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
    /// Of the messages of one transaction parts of the same memory.
    public let keyBytes: ArraySlice<UInt8>?
    public let valueBytes: ArraySlice<UInt8>?
    public let headerBlock: HeaderBlock
    /// Milliseconds since 1970, the record's timestamp.
    public let at: Int64

    init(
        topic: Topic, laneSeq: Int64, key: ArraySlice<UInt8>?, value: ArraySlice<UInt8>?, headers: HeaderBlock, at: Int64
    ) {
        self.topic = topic
        self.laneSeq = laneSeq
        keyBytes = key
        valueBytes = value
        headerBlock = headers
        self.at = at
    }

    /// - Parameter at: milliseconds since 1970, the record's timestamp.
    public init(topic: Topic, laneSeq: Int64, key: [UInt8]?, value: [UInt8]?, headers: [Header], at: Int64) {
        self.init(
            topic: topic, laneSeq: laneSeq, key: key.map { $0[...] }, value: value.map { $0[...] },
            headers: HeaderBlock(headers), at: at)
    }

    /// A copy of the key.
    public var key: [UInt8]? { keyBytes.map { Array($0) } }
    /// A copy of the value.
    public var value: [UInt8]? { valueBytes.map { Array($0) } }
    /// The headers as text.
    public var headers: [Header] { headerBlock.headers }

    /// About how much memory the message holds, in bytes.
    public var byteCount: Int { (keyBytes?.count ?? 0) + (valueBytes?.count ?? 0) + headerBlock.bytes.count + 100 }
}
