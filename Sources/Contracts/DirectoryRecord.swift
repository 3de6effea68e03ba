import Domain

/// `tuesday.directory.v1`: what the public may know of a cadre. Schema: `directory-entry.v1.json`.
///
/// The topic is compacted by cadre. A cadre who is not active any more gets a record without a value, so that compaction
/// removes name and telephone. Every record says, in a header too, which version of the register it is of: readers ignore
/// one that is lower than what they have of the cadre.
public enum DirectoryRecord {
    public static let schema = "urn:tuesday:schema:directory-entry:v1"
    public static let entryType = "tuesday.directory.entry"
    public static let removalType = "tuesday.directory.removal"
    /// CloudEvents has names of small letters and digits only.
    public static let versionHeader = "ce_registerversion"

    public static func body(of entry: PublicEntry, version: Int64) -> [UInt8] {
        var json = JSONWriter(reserve: 1_024)
        json.write("cadre_id", entry.cadre.rawValue)
        json.write("county_id", entry.county.rawValue)
        json.write("county", entry.countyCode)
        json.write("register_version", version)
        json.write("code", entry.code)
        json.write("name", entry.name)
        json.write("name_en", entry.nameInEnglish)
        json.write("agency", entry.agency)
        json.write("post", entry.post)
        json.write("responsibilities", entry.responsibilities)
        json.write("office_phone", entry.officePhone)
        json.write("areas", arrayOf: entry.areas) { json, area in
            json.write("role", area.role.word)
            if area.role != .countyPool {
                json.write(area.role == .town ? "town" : "village", area.code)
                json.write("name", area.name)
            }
        }
        json.write("skills", arrayOf: entry.skills) { json, skill in
            json.write("skill", skill.code)
            json.write("name", skill.name)
            json.write("level", skill.level)
            json.write("valid_from", skill.validFrom)
            json.write("valid_until", skill.validUntil)
        }
        json.write("leaves", arrayOf: entry.leaves) { json, leave in
            json.write("begins_at", leave.beginsAt)
            json.write("ends_at", leave.endsAt)
        }
        return json.finish()
    }

    /// - Parameter body: nil for a cadre who is not active any more.
    public static func message(
        cadre: Cadre.ID, version: Int64, at: Instant, body: [UInt8]?, laneSeq: Int64
    ) -> OutgoingMessage {
        let key = cadre.description
        var headers = CloudEvent.headers(
            id: "cadre-\(key)-\(version)", type: body == nil ? removalType : entryType, time: at, subject: key,
            schema: schema)
        headers.append(.init(versionHeader, String(version)))
        // Where there is no value there is nothing to say about its form.
        if body == nil { headers.removeAll { ["ce_dataschema", "content-type"].contains($0.name) } }
        return OutgoingMessage(
            topic: .directory, laneSeq: laneSeq, key: Array(key.utf8), value: body, headers: headers,
            at: at.microseconds / 1_000)
    }
}
