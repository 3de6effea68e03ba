import Contracts

/// Where a record stands in its partition, and since when: where a topic was made anew, others stand at the same offsets.
public struct LogPosition: Sendable {
    public var offset: Int64
    /// Milliseconds since 1970.
    public var timestamp: Int64

    public init(of record: IncomingRecord) {
        offset = record.offset
        timestamp = record.timestamp
    }
}
