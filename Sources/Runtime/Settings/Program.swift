/// The programs of the project; the raw value is the executable's name.
public enum Program: String, CaseIterable, Sendable {
    case intake = "tuesday-intake"
    case router = "tuesday-router"
    case followup = "tuesday-followup"
    case stats = "tuesday-stats"
    case tuesday = "tuesday"

    /// The four long-running workers.
    public static let workers: Set<Program> = [.intake, .router, .followup, .stats]
    /// The workers and the command-line tool.
    public static let all = Set(Program.allCases)

    /// The executable's name.
    public var name: String { rawValue }
}

extension Set<Program> {
    static var workers: Set<Program> { Program.workers }
    static var all: Set<Program> { Program.all }
}
