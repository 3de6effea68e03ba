import Domain

/// `tuesday.statistics.v1`: one measure of a county in an hour that is over. Schema: `statistics-window.v1.json`.
public enum StatisticsRecord {
    public static let schema = "urn:tuesday:schema:statistics-window:v1"
    public static let type = "tuesday.statistics.window"

    public static func body(of window: ClosedWindow) -> [UInt8] {
        var json = JSONWriter(reserve: 1_024)
        json.write("county_id", window.county.rawValue)
        json.write("county", window.countyCode)
        json.write("measure", window.measure)
        json.write("from", window.hourStart)
        json.write("until", window.hourEnd)
        json.write("revision", window.revision)
        json.write("total", window.total)
        json.write("towns", arrayOf: window.towns) { json, town in
            json.write("town_id", town.town.rawValue)
            json.write("town", town.code)
            json.write("value", town.value)
        }
        return json.finish()
    }

    public static func message(
        county: County.ID, measure: String, hourStart: Instant, revision: Int32, at: Instant, body: [UInt8],
        laneSeq: Int64
    ) -> OutgoingMessage {
        let key = "\(county)/\(measure)"
        return OutgoingMessage(
            topic: .statistics, laneSeq: laneSeq, key: Array(key.utf8), value: body,
            headers: CloudEvent.headers(
                id: "\(key)/\(ISO8601.format(hourStart))/\(revision)", type: type, time: at, subject: key,
                schema: schema),
            at: at.microseconds / 1_000)
    }
}
