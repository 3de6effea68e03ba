/// A message as it leaves: the bytes are those of the row it was committed with.
public struct OutgoingMessage: Sendable {
    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var topic: Topic
    /// The number of this message in its lane.
    public var laneSeq: Int64
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [Header]
    public var at: Int64

    /// - Parameter at: milliseconds since 1970, the record's timestamp.
    public init(topic: Topic, laneSeq: Int64, key: [UInt8]?, value: [UInt8]?, headers: [Header], at: Int64) {
        self.topic = topic
        self.laneSeq = laneSeq
        self.key = key
        self.value = value
        self.headers = headers
        self.at = at
    }

    /// About how much memory the message holds, in bytes.
    public var byteCount: Int { (key?.count ?? 0) + (value?.count ?? 0) + 200 }
}
