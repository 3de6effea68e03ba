/// What a record holds, wherever its bytes are: reading a record copies nothing.
public protocol RecordContent: Sendable {
    var keyBytes: ArraySlice<UInt8>? { get }
    /// Nil: a tombstone.
    var valueBytes: ArraySlice<UInt8>? { get }
    /// Every header as text, in order.
    var headers: [OutgoingMessage.Header] { get }
    /// The bytes of the first header of a name.
    func headerBytes(_ name: StaticString) -> ArraySlice<UInt8>?
}

/// A record as it was read from a topic partition.
public struct IncomingRecord: Sendable {
    public var offset: Int64
    /// Milliseconds since 1970.
    public let timestamp: Int64
    private let content: any RecordContent

    public init(offset: Int64, timestamp: Int64, content: any RecordContent) {
        self.offset = offset
        self.timestamp = timestamp
        self.content = content
    }

    public init(offset: Int64, key: [UInt8]?, value: [UInt8]?, headers: [OutgoingMessage.Header], timestamp: Int64) {
        self.init(offset: offset, timestamp: timestamp, content: Written(key: key, value: value, headers: headers))
    }

    public var keyBytes: ArraySlice<UInt8>? { content.keyBytes }
    public var valueBytes: ArraySlice<UInt8>? { content.valueBytes }
    public func headerBytes(_ name: StaticString) -> ArraySlice<UInt8>? { content.headerBytes(name) }

    /// A copy of the key.
    public var key: [UInt8]? { content.keyBytes.map { Array($0) } }
    /// A copy of the value.
    public var value: [UInt8]? { content.valueBytes.map { Array($0) } }
    public var headers: [OutgoingMessage.Header] { content.headers }

    public func header(_ name: StaticString) -> String? {
        content.headerBytes(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What identifies the record if its partition is read again: `ce_id`, or the time and size for records that
    /// are not CloudEvents. Without NUL, whatever a sender wrote: lanes keep it in PostgreSQL.
    public var identity: String {
        header("ce_id")?.withoutNUL ?? "\(timestamp):\(keyBytes?.count ?? -1):\(valueBytes?.count ?? -1)"
    }

    private struct Written: RecordContent {
        let key: [UInt8]?
        let value: [UInt8]?
        let headers: [OutgoingMessage.Header]

        var keyBytes: ArraySlice<UInt8>? { key.map { $0[...] } }
        var valueBytes: ArraySlice<UInt8>? { value.map { $0[...] } }

        func headerBytes(_ name: StaticString) -> ArraySlice<UInt8>? {
            headers.first { $0.name == name.description }.map { Array($0.value.utf8)[...] }
        }
    }
}
