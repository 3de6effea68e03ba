import Domain

/// `tuesday.requests.v1`: a ``RequestEvent`` as a record. Schema: `request-event.v1.json`.
public enum RequestEventRecord {
    public static let schema = "urn:tuesday:schema:request-event:v1"
    /// `ce_type` is this and the event's word, for example `tuesday.request.assigned`.
    public static let typePrefix = "tuesday.request."

    /// The value's bytes, which are also the event row's body.
    public static func body(of event: RequestEvent) -> [UInt8] {
        var json = JSONWriter()
        write(event, &json)
        return json.finish()
    }

    static func write(_ event: RequestEvent, _ json: inout JSONWriter) {
        json.write("request_id", event.request)
        json.write("seq", event.seq)
        json.write("type", event.type.word)
        json.write("at", event.at)
        json.write("county_id", event.place.county.rawValue)
        json.write("town_id", event.place.town.rawValue)
        json.write("village_id", event.place.village.rawValue)
        json.write("service_id", event.place.service.rawValue)
        json.write("accepted_at", event.acceptedAt)
        json.write("actor", event.actor.word)
        json.write("state", event.state.word)
        json.write("assignment", event.assignment)
        if let cadre = event.cadre { json.write("cadre_id", cadre.rawValue) }
        if let reason = event.reason { json.write("reason", reason.word) }
        if let reason = event.previousReason { json.write("previous_reason", reason.word) }
        if let deadline = event.deadline { json.write("deadline", deadline.word) }
        if let due = event.dueAt { json.write("due_at", due) }
        if let rating = event.rating { json.write("rating", rating) }
        if let priority = event.priority { json.write("priority", priority) }
        if event.isOutside { json.write("outside", true) }
    }

    public static func id(_ request: RequestID, seq: Int32) -> String {
        "\(request)-\(seq)"
    }

    public static func message(
        request: RequestID, seq: Int32, type: EventType, at: Instant, body: [UInt8], laneSeq: Int64
    ) -> OutgoingMessage {
        var batch = MessageBatch(count: 1)
        batch.add(request: request, seq: seq, type: type, at: at, body: body, laneSeq: laneSeq)
        return batch.messages()[0]
    }

    /// The event's type and request from header and key alone: enough for a consumer that acts on the present row.
    public static func hint(_ record: IncomingRecord) -> (type: EventType, request: RequestID)? {
        guard let type = record.headerBytes("ce_type"), let event = type.withUnsafeBytes(event(ofType:)),
            let key = record.keyBytes, let request = RequestID(utf8: key)
        else { return nil }
        return (event, request)
    }

    private static func event(ofType type: UnsafeRawBufferPointer) -> EventType? {
        let prefix = typePrefix.utf8
        guard type.starts(with: prefix) else { return nil }
        return EventType(utf8: UnsafeRawBufferPointer(rebasing: type[prefix.count...]))
    }
}

/// A record that cannot be handled, ever: it goes to the dead letters with these words.
public struct RecordProblem: Error, Sendable, Hashable {
    /// A short stable word: `malformed`, `unknown_type`, `handler_crash` …
    public var reason: String
    /// A sentence for operators; never personal data.
    public var detail: String

    public init(reason: String, detail: String) {
        self.reason = reason
        self.detail = detail
    }
}
