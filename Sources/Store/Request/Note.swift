import Domain
import PostgresClient

/// What somebody said with an event. No event carries it: it is personal.
struct Note {
    var event: RequestEvent
    var text: String

    static func write(_ notes: [Note], on connection: PostgresConnection) async throws {
        guard !notes.isEmpty else { return }
        var rows = PostgresCopyBuffer(columns: 4, reserve: notes.count * 200)
        for note in notes {
            rows.beginRow()
            rows.append(uuid: note.event.request.value)
            rows.append(int32: note.event.seq)
            rows.append(int32: note.event.place.county.rawValue)
            rows.append(text: note.text)
        }
        try await connection.copy(into: "personal.note (request_id, seq, county_id, text)", rows)
    }
}
