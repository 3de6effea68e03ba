import Foundation
import TestSupport

/// A county in which room is short and promises are: two towns, twelve villages, twelve cadres with room for a few
/// requests each, answers due within minutes of a clock that runs twenty times as fast as ours.
enum FaultCounty {
    static let template = "faults_template"
    static let villages = (0..<12).map { "V\($0)" }
    static let services = ["general", "pension"]
    static let capacity = 8
    static let clockRate = 20

    /// Makes the database that every installation's is a copy of.
    static func prepare(on server: DatabaseServer, directory: String) async throws {
        try await server.psql("create database \(template)")
        let socket = await server.socket
        let folder = URL(fileURLWithPath: socket).deletingLastPathComponent().path
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("TUESDAY_") }
        environment.merge(["PGHOST": folder, "PGPORT": "5432", "PGUSER": "postgres", "PGDATABASE": template]) { $1 }
        try await Programs.run("tuesday", ["migrate"], environment: environment)
        for (kind, text) in files {
            let path = "\(directory)/\(kind).csv"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            try await Programs.run("tuesday", ["import", kind, path], environment: environment)
        }
        try await server.psql(Witness.schema, database: template)
    }

    private static var files: [(kind: String, text: String)] {
        var village = "county,county_name,town,town_name,village,village_name\n"
        var cadre = "county,cadre,name,agency,agency_name,agency_town,post,post_name,capacity,assigned_to,leads_town\n"
        var certificate = "county,cadre,skill,level,issued_on,expires_on\n"
        for (index, code) in villages.enumerated() {
            let town = index % 2
            village += "test,测试县,T\(town),镇\(town),\(code),村\(index)\n"
            let others = villages.indices.filter { ($0 - index + 12) % 12 < 4 }.map { villages[$0] }
            cadre += "test,C\(index),干部\(index),A\(town),镇政府,T\(town),P\(town),专员,\(capacity),"
            cadre += "\(others.joined(separator: " ")),\(index < 2 ? "T\(town)" : "")\n"
            for skill in ["any", "social"] { certificate += "test,C\(index),\(skill),5,2020-01-01,2099-01-01\n" }
        }
        return [
            ("villages", village),
            ("skills", "county,skill,name,tier\ntest,any,综合,1\ntest,social,社保,1\n"),
            (
                "services",
                "county,service,name,skill,level,acknowledge_minutes,resolve_minutes\n"
                    + "test,general,一般诉求,any,1,1,2\ntest,pension,养老保险,social,2,1,4\n"
            ),
            ("cadres", cadre), ("certificates", certificate),
            ("calendar", "county,kind,date\n" + (2026...2030).map { "test,year,\($0)\n" }.joined()),
        ]
    }
}
