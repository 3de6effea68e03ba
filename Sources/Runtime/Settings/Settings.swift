/// The settings in force for one program: command line over environment over file over default.
///
/// Made once at the start by `Settings.read`; afterwards every value is known to be well formed, so reading one
/// cannot fail.
public struct Settings: Sendable {
    /// Where a value came from.
    public enum Source: Sendable, Equatable, CustomStringConvertible {
        case `default`
        /// The settings file's path and line.
        case file(String, line: Int)
        /// The variable's name.
        case environment(String)
        /// The option.
        case commandLine(String)

        public var description: String {
            switch self {
            case .default: "default"
            case .file(let path, let line): "\(path):\(line)"
            case .environment(let name): "environment \(name)"
            case .commandLine(let option): option
            }
        }
    }

    /// One line of `tuesday settings`.
    public struct Row: Sendable, Equatable {
        public let name: String
        /// The value, or `***` for a secret that is set.
        public let value: String
        public let source: String
    }

    struct Value: Sendable {
        var text: String
        var source: Source
    }

    public let program: Program
    /// librdkafka's own keys, unchanged: from the file `kafka.properties` names and, above it, from
    /// `TUESDAY_RDKAFKA_*`. They rank above what the program itself sets.
    public let kafkaProperties: [String: String]

    let values: [String: Value]
    let kafkaSources: [String: Source]

    init(program: Program, values: [String: Value], kafka: [String: Value]) {
        self.program = program
        self.values = values
        kafkaProperties = kafka.mapValues(\.text)
        kafkaSources = kafka.mapValues(\.source)
    }

    /// The value as text; empty when it was not given and has no default.
    public func text(_ setting: Setting) -> String {
        precondition(setting.programs.contains(program), "\(program.name) is not among the readers of \(setting.name)")
        guard let value = values[setting.name] else {
            preconditionFailure("\(setting.name) is missing from Setting.table")
        }
        return value.text
    }

    /// The value of an `.integer` setting.
    public func int(_ setting: Setting) -> Int {
        guard case .integer = setting.kind, let number = Int(text(setting)) else {
            preconditionFailure("\(setting.name) is not an integer setting")
        }
        return number
    }

    /// The value of a `.duration` setting.
    public func duration(_ setting: Setting) -> Duration {
        guard case .duration(let unit, _) = setting.kind, let number = Int(text(setting)) else {
            preconditionFailure("\(setting.name) is not a duration setting")
        }
        return unit == .seconds ? .seconds(number) : .milliseconds(number)
    }

    /// The items of a `.list` setting.
    public func list(_ setting: Setting) -> [String] {
        guard case .list = setting.kind else { preconditionFailure("\(setting.name) is not a list setting") }
        return text(setting).split { $0 == "," || $0.isNewline }
            .map { String($0.trimmed) }
            .filter { !$0.isEmpty }
    }

    /// Where the value came from.
    public func source(_ setting: Setting) -> Source {
        values[setting.name]?.source ?? .default
    }

    /// What is in force for this program, in the table's order, then librdkafka's keys; secrets are masked.
    public func table() -> [Row] {
        let own = Setting.table.filter { $0.programs.contains(program) }.compactMap { setting -> Row? in
            guard let value = values[setting.name] else { return nil }
            let shown = setting.isSecret && !value.text.isEmpty ? "***" : value.text
            return Row(name: setting.name, value: shown, source: value.source.description)
        }
        let kafka = kafkaProperties.keys.sorted().map { key in
            let shown = Self.isSecretKafkaKey(key) ? "***" : kafkaProperties[key] ?? ""
            return Row(name: "rdkafka " + key, value: shown, source: kafkaSources[key]?.description ?? "")
        }
        return own + kafka
    }

    /// Whether one of librdkafka's keys carries a secret, judged by its name.
    static func isSecretKafkaKey(_ key: String) -> Bool {
        ["password", "secret", ".pem", "oauthbearer.config", "jaas"].contains { key.contains($0) }
    }
}
