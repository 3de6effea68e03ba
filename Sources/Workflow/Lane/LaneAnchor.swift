import Contracts

extension LaneFault {
    /// With what to do about it.
    static func misplaced(_ problem: String) -> LaneFault { .wrongPlace("\(problem); run `tuesday lanes recover`") }
}

/// A record that a lane applied a while ago, by which its topic is known again.
///
/// The last record applied cannot tell that: where a topic was made anew and has grown past the lane's offset, the lane
/// goes on as if nothing had happened, and the last record it applied is one of the new topic. An older one is not.
/// So an anchor is only moved forward once it was found where it was, and until then it stays in the lane's row, whoever
/// claims the lane; see ``PlaceWatch``.
public struct LaneAnchor: Sendable, Hashable {
    public var offset: Int64
    public var identity: String

    public init(offset: Int64, identity: String) {
        self.offset = offset
        self.identity = identity
    }

    /// The last record a lane at this place has applied; nil when it has applied none.
    init?(before nextOffset: Int64, _ lastIdentity: String?) {
        guard let lastIdentity else { return nil }
        self.init(offset: nextOffset - 1, identity: lastIdentity)
    }

    /// Nil when all is well, or when the record is gone from the partition's beginning, where nobody can tell any more;
    /// otherwise what is wrong, in a sentence for an operator.
    ///
    /// - Parameters:
    ///   - low: the first offset the partition holds.
    ///   - high: the offset its next record gets.
    ///   - record: reads the record at an offset, nil when the partition does not have it.
    func problem(
        low: Int64, high: Int64, record: (_ offset: Int64) async throws -> IncomingRecord?
    ) async throws -> String? {
        guard offset >= low else { return nil }
        guard offset < high else { return beyond(low: low, high: high) }
        guard let found = try await record(offset), found.identity != identity else { return nil }
        return "the record at offset \(offset) is \(found.identity), the lane applied \(identity): "
            + "the topic was recreated, or its end was lost and written anew"
    }

    /// What is wrong when the partition ends before this record.
    func beyond(low: Int64, high: Int64) -> String? {
        guard offset >= high else { return nil }
        return "the lane applied the record at offset \(offset), the partition holds \(low) to \(high): "
            + "records were lost or the topic was recreated"
    }
}
