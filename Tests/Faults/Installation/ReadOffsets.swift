/// Which records of one partition were read, each once, in whatever order they were taken.
///
/// These brokers give every offset to a record: one that was passed over was not read.
struct ReadOffsets: Sendable, Equatable {
    /// What was not read although what comes after it was.
    struct Hole: Sendable, Hashable {
        var offsets: Range<Int64>
        /// The brokers no longer had it when somebody came to read it.
        var isGone: Bool
    }

    private(set) var next: Int64 = 0
    private(set) var holes: [Hole] = []

    /// - Returns: false when it was taken before.
    mutating func take(_ offset: Int64) -> Bool {
        guard offset < next else {
            if offset > next { holes.append(Hole(offsets: next..<offset, isGone: false)) }
            next = offset + 1
            return true
        }
        guard let index = holes.firstIndex(where: { $0.offsets.contains(offset) }) else { return false }
        let hole = holes.remove(at: index)
        let left = [hole.offsets.lowerBound..<offset, (offset + 1)..<hole.offsets.upperBound].filter { !$0.isEmpty }
        holes.insert(contentsOf: left.map { Hole(offsets: $0, isGone: hole.isGone) }, at: index)
        return true
    }

    /// The partition begins here now: what was not read before is not going to be.
    ///
    /// - Returns: what is lost; nil: nothing.
    mutating func lose(before low: Int64) -> Range<Int64>? {
        guard low > next else { return nil }
        let lost = next..<low
        holes.append(Hole(offsets: lost, isGone: true))
        next = low
        return lost
    }
}
