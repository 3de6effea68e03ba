import Contracts

/// Where a lane stands in its partition, and whether that still means the records it meant.
///
/// A topic that was recreated has other records under the same offsets, and one that was truncated has none any more.
/// Neither may be skipped: the lane stops until `tuesday lanes recover` has put it right.
public struct LanePlace: Sendable {
    public var nextOffset: Int64
    /// Identity of the last record applied, at `nextOffset - 1`; nil when none was.
    public var lastIdentity: String?

    public init(nextOffset: Int64, lastIdentity: String?) {
        self.nextOffset = nextOffset
        self.lastIdentity = lastIdentity
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
        guard let lastIdentity, nextOffset > low, let before = try await record(nextOffset - 1),
            before.identity != lastIdentity
        else { return nil }
        return "the record before offset \(nextOffset) is \(before.identity), the lane applied \(lastIdentity): "
            + "the topic was recreated"
    }
}
