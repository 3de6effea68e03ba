import Contracts
import Domain
import PostgresClient
import Workflow

extension RegisterWriting {
    /// A service the file names asks what the file says and nothing else.
    mutating func attributes(
        _ sheet: RegisterSheet<AttributeRow>, _ progress: @Sendable (Int, Int) -> Void
    ) async throws {
        try await checkKnown(sheet.references, in: sheet.file)
        let byService = Dictionary(grouping: sheet.rows, by: \.service.code)
        let services = byService.keys.sorted()
        let updated = try await connection.query(
            """
            update register.service v
            set attributes = s.attributes::json
            from unnest($2::text[], $3::text[]) s (code, attributes)
            where v.county_id = $1 and v.code = s.code
            """,
            [
                .int32(county.id.rawValue), .texts(services),
                .texts(services.map { Self.json((byService[$0] ?? []).compactMap(\.attribute)) }),
            ])
        count("service", of: services.count, updated: updated.affected, inserted: 0)
        progress(sheet.rows.count, sheet.rows.count)
    }

    /// As the comment on the column says.
    private static func json(_ attributes: [ServiceAttribute]) -> String {
        let objects = attributes.map { attribute in
            var json = JSONWriter()
            json.write("code", attribute.code)
            json.write("datatype", attribute.datatype.rawValue)
            json.write("required", attribute.isRequired)
            json.write("description", attribute.description)
            json.write("description_en", attribute.descriptionInEnglish)
            json.write("values", arrayOf: attribute.values) { json, value in
                json.write("key", value.key)
                json.write("name", value.name)
                json.write("name_en", value.nameInEnglish)
            }
            return String(decoding: json.finish(), as: UTF8.self)
        }
        return "[" + objects.joined(separator: ",") + "]"
    }
}
