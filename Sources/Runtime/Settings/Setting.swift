/// One row of the settings table: what it is called, what it may hold, and who reads it.
///
/// Rows are the static members in `Setting+Table.swift`; the environment name and the command-line option follow
/// from the name: `kafka.session-timeout-ms` is `TUESDAY_KAFKA_SESSION_TIMEOUT_MS` and `--kafka-session-timeout-ms`.
public struct Setting: Sendable {
    /// What a setting's text must look like.
    public enum Kind: Sendable {
        /// Any text; empty is allowed and means "not given".
        case text
        /// The path of a file; empty means "none".
        case path
        /// A whole number within the range.
        case integer(ClosedRange<Int>)
        /// A whole number of `unit` within the range; the setting's name ends in the unit.
        case duration(DurationUnit, ClosedRange<Int>)
        /// Items separated by commas or line ends, surrounding blanks removed, empty items dropped.
        case list
        /// One of these words.
        case choice([String])
    }

    public enum DurationUnit: String, Sendable {
        case milliseconds
        case seconds
    }

    /// Lower case, a dot between group and matter: `kafka.bootstrap`.
    public let name: String
    public let kind: Kind
    /// The value when nobody gives one; a program in `defaultsByProgram` has its own.
    public let defaultText: String
    public let defaultsByProgram: [Program: String]
    /// Never printed, never accepted as an argument; may be read from a file named by `<ENVIRONMENT>_FILE`.
    public let isSecret: Bool
    /// One line for `--help`.
    public let documentation: String
    /// The programs that read it. The others accept it in environment and file, and ignore it.
    public let programs: Set<Program>

    public init(
        _ name: String, _ kind: Kind, default defaultText: String = "", per defaultsByProgram: [Program: String] = [:],
        secret isSecret: Bool = false, for programs: Set<Program>, _ documentation: String
    ) {
        self.name = name
        self.kind = kind
        self.defaultText = defaultText
        self.defaultsByProgram = defaultsByProgram
        self.isSecret = isSecret
        self.documentation = documentation
        self.programs = programs
    }

    /// `TUESDAY_KAFKA_BOOTSTRAP`
    public var environmentName: String {
        "TUESDAY_" + String(name.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
    }

    /// `--kafka-bootstrap`; a secret's option names a file: `--api-keys-file`.
    public var option: String {
        "--" + String(name.map { $0 == "." ? "-" : $0 }) + (isSecret ? "-file" : "")
    }

    /// The default for one program.
    public func defaultText(for program: Program) -> String {
        defaultsByProgram[program] ?? defaultText
    }

    /// The type and range in words: `1...65535`, `milliseconds, 10...60000`, `trace | debug`.
    public var range: String {
        switch kind {
        case .text: "text"
        case .path: "path of a file"
        case .integer(let range): "\(range.lowerBound)...\(range.upperBound)"
        case .duration(let unit, let range): "\(unit.rawValue), \(range.lowerBound)...\(range.upperBound)"
        case .list: "items separated by commas"
        case .choice(let words): words.joined(separator: " | ")
        }
    }

    /// Nil when `text` is a proper value; otherwise what was expected, without repeating a secret.
    func complaint(about text: String) -> String? {
        let found = isSecret ? "the value given" : "\"\(text)\""
        switch kind {
        case .text, .path, .list:
            return nil
        case .integer(let range), .duration(_, let range):
            guard let number = Int(text), range.contains(number) else {
                return "\(found) is not a whole number in \(range.lowerBound)...\(range.upperBound)"
            }
            return nil
        case .choice(let words):
            return words.contains(text) ? nil : "\(found) is not one of \(words.joined(separator: ", "))"
        }
    }
}
