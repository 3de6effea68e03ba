import Foundation

/// `compose.yaml`, read by Python and with its anchors resolved.
struct ComposeFile {
    struct Service {
        let name: String
        let fields: [String: Any]

        var command: [String] { fields["command"] as? [String] ?? [] }
        var environment: [String: String] {
            (fields["environment"] as? [String: Any] ?? [:]).mapValues { "\($0)" }
        }
        var image: String { fields["image"] as? String ?? "" }
        /// Runs one of our programs.
        var isOurs: Bool { image.hasPrefix("tuesday:") }
        /// The arguments of the health check, without the leading `CMD`.
        var healthCommand: [String] {
            let test = (fields["healthcheck"] as? [String: Any])?["test"] as? [String] ?? []
            return Array(test.dropFirst())
        }
        var secrets: [String] { fields["secrets"] as? [String] ?? [] }
        var volumes: [String] { fields["volumes"] as? [String] ?? [] }
        var dependencies: [String: String] {
            (fields["depends_on"] as? [String: [String: String]] ?? [:]).compactMapValues { $0["condition"] }
        }
    }

    let services: [Service]
    let fields: [String: Any]

    static func read(python: String) throws -> ComposeFile {
        let program =
            "import json, sys, yaml; json.dump(yaml.safe_load(open('compose.yaml', encoding='utf-8')), sys.stdout)"
        let child = try Child.run(python, ["-c", program])
        guard child.status == 0,
            let fields = try JSONSerialization.jsonObject(with: Data(child.output.utf8)) as? [String: Any],
            let services = fields["services"] as? [String: [String: Any]]
        else { throw Unreadable(output: child.output) }
        return ComposeFile(
            services: services.map { Service(name: $0.key, fields: $0.value) }.sorted { $0.name < $1.name },
            fields: fields)
    }

    /// Command lines that run one of our programs: what services run, and what asks after their health.
    var commands: [[String]] {
        services.filter(\.isOurs).flatMap { [$0.command, $0.healthCommand] }.filter { !$0.isEmpty }
    }

    /// The names under a top-level key, such as `secrets`.
    func names(_ key: String) -> Set<String> { Set((fields[key] as? [String: Any] ?? [:]).keys) }

    /// The files the top-level secrets are read from, by name.
    var secretFiles: [String: String] {
        (fields["secrets"] as? [String: [String: String]] ?? [:]).compactMapValues { $0["file"] }
    }

    struct Unreadable: Error { let output: String }
}
