import KafkaClient

/// Records of a topic that the harness did not read although it read what came after them: who misses something there has
/// not looked everywhere.
struct Unread: Sendable, Hashable, CustomStringConvertible {
    let partition: KafkaPartition
    let hole: ReadOffsets.Hole

    var description: String {
        let (first, last) = (hole.offsets.lowerBound, hole.offsets.upperBound - 1)
        let place = "\(partition) from \(first) to \(last)"
        return hole.isGone ? "\(place), which the brokers had dropped before it came" : place
    }

    /// Sentences about what nobody could help missing; nothing is held against Tuesday in them.
    ///
    /// - Parameters:
    ///   - known: what was told of before.
    ///   - mayBeGone: brokers were made to drop what they had.
    static func problems(_ all: [Unread], known: Set<Unread>, mayBeGone: Bool) -> [String] {
        news(all, known: known).filter { !(mayBeGone && $0.hole.isGone) }.map { "the harness: did not read \($0)" }
    }

    /// What was not told of before, not even as part of more: some of it may have come since.
    static func news(_ all: [Unread], known: Set<Unread>) -> [Unread] {
        all.filter { unread in
            !known.contains {
                $0.partition == unread.partition && $0.hole.offsets.lowerBound <= unread.hole.offsets.lowerBound
                    && unread.hole.offsets.upperBound <= $0.hole.offsets.upperBound
            }
        }
    }
}
