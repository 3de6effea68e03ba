import Contracts

/// Where a lane stands in its partition, and whether that still means the records it meant.
///
/// A topic that was recreated has other records under the same offsets, and one that was truncated has none any more.
/// Neither may be skipped: the lane stops until `tuesday lanes recover` has put it right.
public struct LanePlace: Sendable {
    public var nextOffset: Int64
    /// Identity of the last record applied, at `nextOffset - 1`; nil when none was.
    public var lastIdentity: String?
    /// An earlier record; nil when none was applied.
    public var anchor: LaneAnchor?

    public init(nextOffset: Int64, lastIdentity: String?, anchor: LaneAnchor? = nil) {
        self.nextOffset = nextOffset
        self.lastIdentity = lastIdentity
        self.anchor = anchor
    }

    /// Nil when all is well; otherwise what is wrong, in a sentence for an operator.
    ///
    /// - Parameters:
    ///   - low: the first offset the partition holds.
    ///   - high: the offset its next record gets.
    ///   - record: reads the record at an offset, nil when the partition does not have it.
    public func problem(
        low: Int64, high: Int64, record: (_ offset: Int64) async throws -> IncomingRecord?
    ) async throws -> String? {
        guard low <= nextOffset, nextOffset <= high else {
            return "the lane is at offset \(nextOffset), the partition holds \(low) to \(high): "
                + "records were lost or the topic was recreated"
        }
        let last = LaneAnchor(before: nextOffset, lastIdentity)
        if let problem = try await last?.problem(low: low, high: high, record: record) { return problem }
        guard let anchor, anchor.offset != last?.offset else { return nil }
        return try await anchor.problem(low: low, high: high, record: record)
    }
}
