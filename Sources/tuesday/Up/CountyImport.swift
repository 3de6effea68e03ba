import PostgresClient
import Store
import Workflow

/// Stores the demonstration county in an empty register, through the same code as `tuesday import`.
func importDemonstrationCounty(into pool: PostgresPool, console: Console) async throws {
    let importer = RegisterImporter(pool: pool)
    for (kind, text) in DemonstrationCounty(seed: 20_040_601).files() {
        console.progress("Register: \(kind.rawValue)")
        _ = try await importer.store(try ReadRegisterFile(kind)(file: "\(kind.rawValue).csv", bytes: Array(text.utf8)))
    }
    console.progress("")
}
