/// Everything that is wrong with the settings given, found in one go, each with its remedy.
///
/// The program stops with exit status 78 before it opens a connection or a port.
public struct SettingsError: Error, CustomStringConvertible, Sendable, Equatable {
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// Where it was found: `--http-port`, `environment TUESDAY_HTTP_PORT`, `tuesday.properties:7 http.port`.
        public let place: String
        /// What was found and what was expected.
        public let complaint: String
        /// What to do.
        public let remedy: String

        public var description: String { "\(place): \(complaint); \(remedy)" }
    }

    public let program: Program
    public let problems: [Problem]

    /// The exit status: `EX_CONFIG` of sysexits.h.
    public var exitStatus: Int32 { ExitStatus.configuration }

    public var description: String {
        let count = problems.count == 1 ? "1 setting is wrong" : "\(problems.count) settings are wrong"
        return (["\(program.name) does not start: \(count)."] + problems.map { "  " + $0.description })
            .joined(separator: "\n")
    }
}
