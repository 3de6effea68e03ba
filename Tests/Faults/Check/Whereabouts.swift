import Contracts

/// Where a message would be that its topic never got: what left through its lane just before and after it, and what else
/// there is with its key, which is in the same partition.
enum Whereabouts {
    /// How many are told of, and how many others with the same key.
    private static let limits = (messages: 200, kin: 20)

    /// One line for each message that was not seen, in the order in which they left their lanes.
    static func lines(
        _ topic: Topic, committed: [String: Publications.Committed], seen: [String: TopicReader.Seen]
    ) -> [String] {
        let order = committed.sorted { place($0.value) < place($1.value) }
        let missing = order.indices.filter { seen[order[$0].key] == nil }
        guard !missing.isEmpty else { return [] }
        let kin = Dictionary(grouping: order.map(\.key)) { committed[$0]?.key ?? [] }
        let lines = missing.prefix(limits.messages).map { index in
            let (identity, row) = order[index]
            let lane = place(row)
            let neighbours = [("before", index - 1), ("after", index + 1)].map { word, other in
                guard order.indices.contains(other), place(order[other].value).lane == lane.lane else {
                    return "nothing \(word) it"
                }
                return "\(word) it \(place(order[other].value).seq), \(told(order[other].key, seen))"
            }
            let others = (kin[row.key ?? []] ?? []).filter { $0 != identity }.prefix(limits.kin).map { told($0, seen) }
            return "\(topic.rawValue) never got \(identity): message \(lane.seq) of lane \(lane.lane); "
                + neighbours.joined(separator: "; ")
                + "; with its key: \(others.isEmpty ? "nothing else" : others.joined(separator: ", "))"
        }
        let rest = missing.count - lines.count
        return lines + (rest > 0 ? ["\(topic.rawValue) never got \(rest) others"] : [])
    }

    /// As in `a-3 at 2/17 2/40`: partition and offset of each record.
    private static func told(_ identity: String, _ seen: [String: TopicReader.Seen]) -> String {
        guard let seen = seen[identity] else { return "\(identity), which was not seen either" }
        return "\(identity) at \(seen.places.map(\.description).joined(separator: " "))"
    }

    private static func place(_ row: Publications.Committed) -> Publications.LanePlace {
        row.lane ?? Publications.LanePlace(lane: -1, seq: 0)
    }
}
