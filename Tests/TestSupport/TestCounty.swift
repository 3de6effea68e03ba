/// A small county in which everybody may do everything: two towns, and a cadre for each village, for whom those of other
/// villages stand by.
public struct TestCounty: Sendable {
    /// Twenty villages, in which capacity never decides.
    public static let roomy = TestCounty(villages: 20, standing: 5, capacity: 1_000, minutes: [(480, 4_800), (480, 4_800)])

    public let villages: [String]
    public let services = ["general", "pension"]
    /// How many villages a cadre serves.
    private let standing: Int
    private let capacity: Int
    /// Until a request is to be acknowledged, and answered; of each service.
    private let minutes: [(acknowledge: Int, resolve: Int)]

    public init(villages: Int, standing: Int, capacity: Int, minutes: [(acknowledge: Int, resolve: Int)]) {
        self.villages = (0..<villages).map { "V\($0)" }
        self.standing = standing
        self.capacity = capacity
        self.minutes = minutes
    }

    /// Kind and text of each file, in the order of import.
    public var files: [(kind: String, text: String)] {
        var village = "county,county_name,town,town_name,village,village_name\n"
        var cadre = "county,cadre,name,agency,agency_name,agency_town,post,post_name,capacity,assigned_to,leads_town\n"
        var certificate = "county,cadre,skill,level,issued_on,expires_on\n"
        for (index, code) in villages.enumerated() {
            let town = index % 2
            village += "test,测试县,T\(town),镇\(town),\(code),村\(index)\n"
            cadre += "test,C\(index),干部\(index),A\(town),镇政府,T\(town),P\(town),专员,\(capacity),"
            // Two cadres of other villages stand by, at least, so that uneven demand finds room.
            let others = villages.indices.filter { ($0 - index + villages.count) % villages.count < standing }
                .map { villages[$0] }
            cadre += "\(others.joined(separator: " ")),\(index < 2 ? "T\(town)" : "")\n"
            for skill in ["any", "social"] { certificate += "test,C\(index),\(skill),5,2020-01-01,2099-01-01\n" }
        }
        return [
            ("villages", village),
            ("skills", "county,skill,name,tier\ntest,any,综合,1\ntest,social,社保,1\n"),
            (
                "services",
                "county,service,name,skill,level,acknowledge_minutes,resolve_minutes\n"
                    + "test,general,一般诉求,any,1,\(minutes[0].acknowledge),\(minutes[0].resolve)\n"
                    + "test,pension,养老保险,social,2,\(minutes[1].acknowledge),\(minutes[1].resolve)\n"
            ),
            ("cadres", cadre), ("certificates", certificate),
            ("calendar", "county,kind,date\n" + (2026...2030).map { "test,year,\($0)\n" }.joined()),
        ]
    }

    /// The same village for the same place, on every machine.
    public func village(of place: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in place.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return villages[Int(hash % UInt64(villages.count))]
    }
}
