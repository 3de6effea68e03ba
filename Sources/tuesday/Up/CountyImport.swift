import PostgresClient
import Store
import Workflow

/// Stores a county's files in an empty register, through the same code as `tuesday import`.
func importCounty(
    _ files: [(kind: ImportKind, text: String)], into pool: PostgresPool, console: Console
) async throws {
    let importer = RegisterImporter(pool: pool)
    for (kind, text) in files {
        console.progress("Register: \(kind.rawValue)")
        _ = try await importer.store(try ReadRegisterFile(kind)(file: "\(kind.rawValue).csv", bytes: Array(text.utf8)))
    }
    console.progress("")
}
