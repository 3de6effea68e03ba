import Foundation
import TestSupport

/// A county in which room is short and promises are: two towns, twelve villages, twelve cadres with room for a few
/// requests each, answers due within minutes of a clock that runs twenty times as fast as ours.
enum FaultCounty {
    static let template = "faults_template"
    static let county = TestCounty(villages: 12, standing: 4, capacity: 8, minutes: [(1, 2), (1, 4)])
    static let clockRate = 20

    /// Makes the database that every installation's is a copy of.
    static func prepare(on server: DatabaseServer, directory: String) async throws {
        try await server.psql("create database \(template)")
        let socket = await server.socket
        let folder = URL(fileURLWithPath: socket).deletingLastPathComponent().path
        let environment = Programs.neutralEnvironment.merging(
            ["PGHOST": folder, "PGPORT": "5432", "PGUSER": "postgres", "PGDATABASE": template]) { $1 }
        try await Programs.run("tuesday", ["migrate"], environment: environment)
        for (kind, text) in county.files {
            let path = "\(directory)/\(kind).csv"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            try await Programs.run("tuesday", ["import", kind, path], environment: environment)
        }
        try await server.psql(Witness.schema, database: template)
    }
}
