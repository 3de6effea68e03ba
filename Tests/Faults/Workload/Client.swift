/// Somebody who is at work in a run. The number decides, with the run's seed, what he does.
struct Client: Hashable, CustomStringConvertible {
    enum Role: Character, CaseIterable {
        case resident = "r"
        case cadre = "c"
        case gateway = "g"
    }

    let role: Role
    let number: Int

    init(_ role: Role, _ number: Int) { (self.role, self.number) = (role, number) }

    /// - Parameter text: `r0`, `c1`, `g0`.
    init?(_ text: some StringProtocol) {
        guard let role = text.first.flatMap(Role.init(rawValue:)), let number = Int(text.dropFirst()) else { return nil }
        self.init(role, number)
    }

    var description: String { "\(role.rawValue)\(number)" }
}
