import Runtime

/// What must hold for settings, from wherever they come: what was taken can be read, and no secret is shown.
enum FuzzedSettings {
    static func check(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        var variables: [String: String] = ["TUESDAY_KAFKA_PROPERTIES": "f", "TUESDAY_RDKAFKA_SASL_PASSWORD_FILE": "f"]
        for line in lines {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
        }
        check(.intake, ["--settings", "f"], [:], text)
        check(.intake, lines, [:], text)
        check(.tuesday, [], variables, text)
    }

    private static func check(
        _ program: Program, _ arguments: [String], _ environment: [String: String], _ file: String
    ) {
        let settings: Settings
        do {
            settings = try Settings.read(program: program, arguments: arguments, environment: environment) {
                $0 == "f" ? file : nil
            }
        } catch {
            precondition(!error.problems.isEmpty && !error.description.isEmpty, "settings are refused without a reason")
            return
        }
        for setting in Setting.table where setting.programs.contains(program) {
            switch setting.kind {
            case .integer: _ = settings.int(setting)
            case .duration: _ = settings.duration(setting)
            case .list: _ = settings.list(setting)
            case .text, .path, .choice: _ = settings.text(setting)
            }
        }
        for row in settings.table() where row.name == Setting.apiKeys.name || row.name == "rdkafka sasl.password" {
            precondition(row.value.isEmpty || row.value == "***", "a secret is shown: \(row)")
        }
    }
}
