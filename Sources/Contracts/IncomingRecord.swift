/// A record as it was read from a topic partition.
public struct IncomingRecord: Sendable {
    public var offset: Int64
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [OutgoingMessage.Header]
    /// Milliseconds since 1970.
    public var timestamp: Int64

    public init(offset: Int64, key: [UInt8]?, value: [UInt8]?, headers: [OutgoingMessage.Header], timestamp: Int64) {
        self.offset = offset
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }

    public func header(_ name: String) -> String? {
        for header in headers where header.name == name {
            return header.value
        }
        return nil
    }

    /// What identifies the record if its partition is read again: `ce_id`, or the time and size for records that
    /// are not CloudEvents.
    public var identity: String {
        header("ce_id") ?? "\(timestamp):\(key?.count ?? -1):\(value?.count ?? -1)"
    }
}
