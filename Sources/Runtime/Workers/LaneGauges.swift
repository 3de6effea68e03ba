import Contracts
import Workflow

extension LaneStatus {
    /// How many lanes of the group this process has at each activity; every activity each time, so that what ends goes to 0.
    ///
    /// Lag does not tell of lanes that do not consume: who has lost the place in its partition has none, nor who has not
    /// found it yet.
    func readings(of group: ConsumerGroup) -> [(dimensions: [(String, String)], value: Double)] {
        let lanes = all.filter { $0.key.group == group.rawValue }.values
        return Activity.Kind.allCases.map { kind in
            (
                dimensions: [("group", group.rawValue), ("activity", kind.rawValue)],
                value: Double(lanes.count { $0.activity.kind == kind })
            )
        }
    }
}
