extension Settings {
    /// Reads command line, environment and file, and checks every value.
    ///
    /// - Parameters:
    ///   - arguments: options only (`--http-port 8080` or `--http-port=8080`), without program name and verb.
    ///   - environment: `TUESDAY_*` variables are read and all must be known, except `TUESDAY_TEST_*`, which belong to
    ///     the tests. An empty variable equals an absent one. `PG*` belong to libpq and are left alone.
    ///   - readFile: a file's text, or nil when it cannot be read.
    /// - Throws: every problem at once.
    public static func read(
        program: Program, arguments: [String], environment: [String: String],
        readFile: @escaping (String) -> String?
    ) throws(SettingsError) -> Settings {
        var reader = SettingsReader(program: program, readFile: readFile)
        let options = reader.parse(arguments)
        let settingsFile = options["--settings"] ?? environment["TUESDAY_SETTINGS"].flatMap { $0.isEmpty ? nil : $0 }
        // Lowest rank first: each later source overwrites.
        if let settingsFile { reader.takeFile(settingsFile) }
        reader.takeEnvironment(environment)
        reader.takeOptions(options)
        let kafka = reader.kafkaKeys(environment)
        guard reader.problems.isEmpty else {
            throw SettingsError(program: program, problems: reader.problems)
        }
        return Settings(program: program, values: reader.values, kafka: kafka)
    }
}

/// Collects values and problems while the sources are read, lowest rank first.
struct SettingsReader {
    static let byName = Dictionary(uniqueKeysWithValues: Setting.table.map { ($0.name, $0) })
    static let byEnvironment = Dictionary(uniqueKeysWithValues: Setting.table.map { ($0.environmentName, $0) })
    static let byOption = Dictionary(uniqueKeysWithValues: Setting.table.map { ($0.option, $0) })
    static let kafkaPrefix = "TUESDAY_RDKAFKA_"

    let program: Program
    let readFile: (String) -> String?
    var values: [String: Settings.Value]
    var problems: [SettingsError.Problem] = []

    init(program: Program, readFile: @escaping (String) -> String?) {
        self.program = program
        self.readFile = readFile
        values = Dictionary(
            uniqueKeysWithValues: Setting.table.filter { $0.programs.contains(program) }.map {
                ($0.name, Settings.Value(text: $0.defaultText(for: program), source: .default))
            })
    }

    mutating func refuse(_ place: String, _ complaint: String, _ remedy: String) {
        problems.append(.init(place: place, complaint: complaint, remedy: remedy))
    }

    /// Takes one value if it is well formed; a setting that this program does not read is checked and dropped.
    mutating func take(_ setting: Setting, _ text: String, from source: Settings.Source, at place: String) {
        if let complaint = setting.complaint(about: text) {
            refuse(place, complaint, "give \(setting.range), or leave it out")
        } else if values[setting.name] != nil {
            values[setting.name] = Settings.Value(text: text, source: source)
        }
    }

    /// Takes a secret from the file that `path` names; trailing line ends do not belong to it.
    mutating func takeSecret(_ setting: Setting, path: String, from source: Settings.Source, at place: String) {
        guard setting.programs.contains(program) else { return }
        guard let text = readFile(path) else {
            refuse(place, "the file \(path) cannot be read", "make it readable by this user, or name another")
            return
        }
        take(setting, String(text.trimmed), from: source, at: place)
    }

    /// Splits the command line into options; what is unknown or lacks its value is refused.
    mutating func parse(_ arguments: [String]) -> [String: String] {
        var options: [String: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument.count > 2 else {
                refuse(argument, "is not an option", "options are written --name value")
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let option = String(parts[0])
            let known = Self.byOption[option]
            guard known != nil || option == "--settings" else {
                refuse(option, "there is no such option", remedy(for: option, among: knownOptions))
                if parts.count == 1, rest.first?.hasPrefix("--") == false { rest.removeFirst() }
                continue
            }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                refuse(option, "its value is missing", "write \(option) VALUE")
                continue
            }
            if let known, !known.programs.contains(program) {
                refuse(option, "\(program.name) does not read it", "leave it out")
            } else if options.updateValue(value, forKey: option) != nil {
                refuse(option, "it is given twice", "give it once")
            }
        }
        return options
    }

    mutating func takeOptions(_ options: [String: String]) {
        for (option, text) in options.sorted(by: { $0.key < $1.key }) {
            guard let setting = Self.byOption[option] else { continue }
            if setting.isSecret {
                takeSecret(setting, path: text, from: .commandLine(option), at: option)
            } else {
                take(setting, text, from: .commandLine(option), at: option)
            }
        }
    }

    mutating func takeEnvironment(_ environment: [String: String]) {
        for (name, text) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("TUESDAY_") && !text.isEmpty {
            let place = "environment \(name)"
            if name == "TUESDAY_SETTINGS" || name.hasPrefix("TUESDAY_TEST_") || name.hasPrefix(Self.kafkaPrefix) {
                continue
            } else if let setting = Self.byEnvironment[name] {
                take(setting, text, from: .environment(name), at: place)
            } else if let setting = secret(inFileVariable: name) {
                if environment[setting.environmentName]?.isEmpty == false {
                    refuse(place, "\(setting.environmentName) is set too", "keep one of the two")
                } else {
                    takeSecret(setting, path: text, from: .environment(name), at: place)
                }
            } else {
                refuse(
                    place, "there is no such setting", remedy(for: name, among: Array(Self.byEnvironment.keys)))
            }
        }
    }

    private func secret(inFileVariable name: String) -> Setting? {
        guard name.hasSuffix("_FILE"), let setting = Self.byEnvironment[String(name.dropLast(5))] else { return nil }
        return setting.isSecret ? setting : nil
    }

    mutating func takeFile(_ path: String) {
        guard let text = readFile(path) else {
            refuse("--settings \(path)", "the file cannot be read", "make it readable by this user, or name another")
            return
        }
        let file = PropertiesFile(text)
        for number in file.malformed {
            refuse("\(path):\(number)", "the line is not `name = value`", "write it so, or begin it with #")
        }
        var seen: Set<String> = []
        for line in file.lines {
            let place = "\(path):\(line.number) \(line.name)"
            let source = Settings.Source.file(path, line: line.number)
            if !seen.insert(line.name).inserted {
                refuse(place, "it is given twice", "give it once")
            } else if let setting = Self.byName[line.name] {
                take(setting, line.value, from: source, at: place)
            } else if line.name.hasSuffix("-file"), let setting = Self.byName[String(line.name.dropLast(5))],
                setting.isSecret
            {
                takeSecret(setting, path: line.value, from: source, at: place)
            } else {
                refuse(place, "there is no such setting", remedy(for: line.name, among: Array(Self.byName.keys)))
            }
        }
    }

    // MARK: librdkafka's keys

    /// `kafka.properties`' lines, overwritten by `TUESDAY_RDKAFKA_*` (`_FILE` reads the value from a file).
    mutating func kafkaKeys(_ environment: [String: String]) -> [String: Settings.Value] {
        var keys: [String: Settings.Value] = [:]
        if let path = values[Setting.kafkaProperties.name]?.text, !path.isEmpty {
            if let text = readFile(path) {
                let file = PropertiesFile(text)
                for number in file.malformed {
                    refuse("\(path):\(number)", "the line is not `name = value`", "write it so, or begin it with #")
                }
                for line in file.lines {
                    keys[line.name] = .init(text: line.value, source: .file(path, line: line.number))
                }
            } else {
                refuse(
                    "kafka.properties", "the file \(path) cannot be read",
                    "make it readable by this user, or name another")
            }
        }
        for (name, text) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(Self.kafkaPrefix) && !text.isEmpty {
            let source = Settings.Source.environment(name)
            guard name.hasSuffix("_FILE") else {
                keys[Self.kafkaKey(name)] = .init(text: text, source: source)
                continue
            }
            if let content = readFile(text) {
                keys[Self.kafkaKey(String(name.dropLast(5)))] = .init(text: String(content.trimmed), source: source)
            } else {
                refuse(
                    "environment \(name)", "the file \(text) cannot be read",
                    "make it readable by this user, or name another")
            }
        }
        return keys
    }

    /// `TUESDAY_RDKAFKA_QUEUED_MAX_MESSAGES_KBYTES` is `queued.max.messages.kbytes`; two underscores are one.
    static func kafkaKey(_ name: String) -> String {
        var key = ""
        var rest = name.dropFirst(kafkaPrefix.count)[...]
        while let character = rest.popFirst() {
            if character != "_" {
                key += character.lowercased()
            } else if rest.first == "_" {
                rest.removeFirst()
                key += "_"
            } else {
                key += "."
            }
        }
        return key
    }

    // MARK: Remedies

    private var knownOptions: [String] {
        Setting.table.filter { $0.programs.contains(program) }.map(\.option) + ["--settings"]
    }

    /// Names the nearest known name when it is near enough to be a slip of the hand.
    private func remedy(for name: String, among known: [String]) -> String {
        // A secret is never an argument, because every user of the machine can read those.
        if known.contains(name + "-file") { return "did you mean \(name)-file?" }
        let nearest = known.sorted().map { (name: $0, steps: Self.editSteps(name, $0)) }.min { $0.steps < $1.steps }
        if let nearest, nearest.steps <= max(2, name.count / 5) {
            return "did you mean \(nearest.name)?"
        }
        return "see \(program.name) --help"
    }

    /// Insertions, deletions and replacements that turn one text into the other.
    static func editSteps(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (index, character) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = diagonal + (character == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
