import Foundation

/// The settings of the private server: durable, sized for one machine.
enum PostgresConfiguration {
    static let usual = [
        "shared_buffers": "256MB", "effective_cache_size": "1GB", "work_mem": "16MB", "maintenance_work_mem": "128MB",
        "max_connections": "200", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
        "wal_compression": "lz4", "max_wal_size": "4GB", "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9", "random_page_cost": "1.1", "jit": "off",
        // Slow statements are worth a line; their values may be a resident's name or phone.
        "log_min_duration_statement": "1s", "log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
    ]

    /// The usual ones, overruled by the `name = value` lines of a file when there is one.
    static func settings(overruledBy file: String) throws -> [String: String] {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return usual }
        var settings = usual
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            if content.isEmpty { continue }
            guard let equals = content.firstIndex(of: "=") else {
                throw CommandFailure("\(file):\(index + 1): expected `name = value`, found \"\(content)\"", exitStatus: 78)
            }
            let name = content[..<equals].trimmingCharacters(in: .whitespaces)
            let value = content[content.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            settings[name] = value.trimmingCharacters(in: CharacterSet(charactersIn: "'"))
        }
        return settings
    }
}
