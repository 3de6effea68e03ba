import Crypto
import Foundation

/// The schema as files: what ``Migrator`` reads. Only `tuesday migrate` and tests open them.
public struct SchemaFiles: Sendable {
    /// One file of SQL.
    public struct File: Sendable, Hashable {
        /// The digits the name begins with; 0 when it has none.
        public let number: Int32
        /// The file's name without folder, such as `0002_register.sql`.
        public let name: String
        public let sql: String

        public init(name: String, sql: String) {
            self.name = name
            self.sql = sql
            number = Int32(name.prefix { $0.isNumber }) ?? 0
        }

        /// SHA-256 of the text, in hexadecimal.
        public var checksum: String { SchemaFiles.checksum([sql]) }
    }

    /// Run as the connecting user before there is anything to migrate; changes only what is not so yet.
    public let roles: File
    /// In the order of their numbers.
    public let migrations: [File]
    /// In the order of their names.
    public let views: [File]

    public init(roles: File, migrations: [File], views: [File]) {
        self.roles = roles
        self.migrations = migrations.sorted { $0.number < $1.number }
        self.views = views.sorted { $0.name < $1.name }
    }

    /// The files shipped with this program. Throws when they are missing or misnumbered.
    public static func shipped() throws -> SchemaFiles {
        try SchemaFiles(directory: Bundle.module.bundleURL.appendingPathComponent("Schema"))
    }

    /// The files in `directory`: `roles.sql`, `migrations/NNNN_what.sql`, `views/NNNN_what.sql`.
    public init(directory: URL) throws {
        func read(_ url: URL) throws -> File {
            File(name: url.lastPathComponent, sql: try String(contentsOf: url, encoding: .utf8))
        }
        func readAll(_ folder: String) throws -> [File] {
            try FileManager.default
                .contentsOfDirectory(at: directory.appendingPathComponent(folder), includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "sql" }
                .map(read)
        }
        self.init(
            roles: try read(directory.appendingPathComponent("roles.sql")),
            migrations: try readAll("migrations"), views: try readAll("views"))
        for (index, file) in migrations.enumerated() where file.number != Int32(index + 1) {
            throw MigrationRefusal.misnumbered(file: file.name, expected: Int32(index + 1))
        }
    }

    /// SHA-256 over the views' names and texts.
    var viewsChecksum: String { Self.checksum(views.flatMap { [$0.name, $0.sql] }) }

    private static func checksum(_ texts: [String]) -> String {
        var hash = SHA256()
        for text in texts {
            hash.update(data: Data(text.utf8))
            hash.update(data: Data([0]))
        }
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
