/// A message's name: the lane it left through and its number there, `12-345`.
public struct MessageID: Sendable, Hashable, Comparable, LosslessStringConvertible {
    public var lane: Int32
    public var laneSeq: Int64

    public init(lane: Int32, laneSeq: Int64) {
        self.lane = lane
        self.laneSeq = laneSeq
    }

    public var description: String { "\(lane)-\(laneSeq)" }

    /// Nil unless the text is two positive numbers with a hyphen between them.
    public init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let lane = Int32(parts[0]), let laneSeq = Int64(parts[1]), lane > 0, laneSeq > 0,
            "\(lane)-\(laneSeq)" == description
        else { return nil }
        self.init(lane: lane, laneSeq: laneSeq)
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.lane, left.laneSeq) < (right.lane, right.laneSeq)
    }
}
