/// The texts `--help` and `settings` print.
public enum SettingsHelp {
    /// What the program is called with, and every setting it reads.
    public static func text(for program: Program) -> String {
        var lines = [
            "usage: \(program.name) [run | healthcheck | settings] [--settings FILE] [--NAME VALUE]...",
            "",
            "  run           work until SIGTERM or SIGINT; a second signal aborts (the default)",
            "  healthcheck   exit 0 when the running worker on this machine is ready, else 1",
            "  settings      print what is in force and where it came from; secrets are masked",
            "  --version     print the version",
            "  --help        print this",
            "",
            "A setting is read from the command line, else the environment, else the file that --settings or",
            "TUESDAY_SETTINGS names (`name = value` lines). What is unknown or bad stops the start with status 78.",
            "PostgreSQL is found through libpq's own PG* environment. librdkafka's own keys come from the file that",
            "kafka.properties names and from TUESDAY_RDKAFKA_*: dots as underscores, underscores doubled.",
        ]
        for setting in Setting.table where setting.programs.contains(program) {
            let fallback = setting.defaultText(for: program)
            lines.append("")
            lines.append("  \(setting.option)  \(setting.environmentName)\(setting.isSecret ? "[_FILE]" : "")")
            lines.append("      \(setting.documentation)")
            lines.append("      \(setting.range); default \(fallback.isEmpty ? "none" : fallback)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What is in force, as a table for people: name, value, source.
    public static func text(of settings: Settings) -> String {
        let rows = settings.table()
        let nameWidth = rows.map(\.name.count).max() ?? 0
        let valueWidth = min(40, rows.map(\.value.count).max() ?? 0)
        return rows.map { row in
            let name = row.name + String(repeating: " ", count: nameWidth - row.name.count)
            let value = row.value + String(repeating: " ", count: max(0, valueWidth - row.value.count))
            return "\(name)  \(value)  \(row.source)\n"
        }
        .joined()
    }
}
