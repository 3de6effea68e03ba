import Domain

/// `tuesday.requests.v1`: a ``RequestEvent`` as a record. Schema: `request-event.v1.json`.
public enum RequestEventRecord {
    public static let schema = "urn:tuesday:schema:request-event:v1"
    /// `ce_type` is this and the event's word, for example `tuesday.request.assigned`.
    public static let typePrefix = "tuesday.request."

    /// The value's bytes, which are also the event row's body.
    public static func body(of event: RequestEvent) -> [UInt8] {
        var json = JSONWriter()
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
        if event.isOutside { json.write("outside", true) }
        return json.finish()
    }

    public static func id(_ request: RequestID, seq: Int32) -> String {
        "\(request)-\(seq)"
    }

    public static func message(
        request: RequestID, seq: Int32, type: EventType, at: Instant, body: [UInt8], laneSeq: Int64
    ) -> OutgoingMessage {
        let key = request.description
        return OutgoingMessage(
            topic: .requests, laneSeq: laneSeq, key: Array(key.utf8), value: body,
            headers: CloudEvent.headers(
                id: "\(key)-\(seq)", type: typePrefix + type.word, time: at, subject: key, schema: schema),
            at: at.microseconds / 1_000)
    }

    /// The event's type and request from header and key alone: enough for a consumer that acts on the present row.
    public static func hint(_ record: IncomingRecord) -> (type: EventType, request: RequestID)? {
        guard let type = record.header("ce_type"), type.hasPrefix(typePrefix),
            let event = EventType(word: type.dropFirst(typePrefix.count)),
            let key = record.key, let request = RequestID(utf8: key)
        else { return nil }
        return (event, request)
    }

    /// - Throws: ``RecordProblem`` when the value is not an event of this version.
    public static func event(_ value: [UInt8]?) throws(RecordProblem) -> RequestEvent {
        guard let value else { throw RecordProblem(reason: "malformed", detail: "expected a JSON object, found a tombstone") }
        let object: JSONObject
        do { object = try JSONObject(value) } catch {
            throw RecordProblem(reason: "malformed", detail: "JSON \(error)")
        }
        func need<Value>(_ name: String, _ value: Value?) throws(RecordProblem) -> Value {
            guard let value else {
                throw RecordProblem(reason: "malformed", detail: "member \"\(name)\" is missing or not of its type")
            }
            return value
        }
        // Absent is fine, unreadable is not: a word of a later version taken for nothing would be counted wrongly.
        func maybe<Value>(_ name: String, _ value: Value?) throws(RecordProblem) -> Value? {
            switch object[name] {
            case nil, .null?: nil
            default: try need(name, value)
            }
        }
        func key<Entity>(_ name: String) throws(RecordProblem) -> Key<Entity> {
            Key(try need(name, object.integer(name).flatMap { Int32(exactly: $0) }))
        }
        func time(_ name: String) throws(RecordProblem) -> Instant {
            try need(name, object.string(name).flatMap { ISO8601.parse($0.utf8) })
        }
        return RequestEvent(
            request: try need("request_id", object.string("request_id").flatMap { RequestID($0) }),
            seq: try need("seq", object.integer("seq").flatMap { Int32(exactly: $0) }),
            type: try need("type", object.string("type").flatMap { EventType(word: $0) }),
            at: try time("at"),
            place: .init(
                county: try key("county_id"), town: try key("town_id"), village: try key("village_id"),
                service: try key("service_id")),
            acceptedAt: try time("accepted_at"),
            actor: try need("actor", object.string("actor").flatMap { Actor(word: $0) }),
            state: try need("state", object.string("state").flatMap { Words.states[$0] }),
            assignment: try maybe("assignment", object.integer("assignment").flatMap { Int32(exactly: $0) }) ?? 0,
            cadre: try maybe("cadre_id", object.integer("cadre_id").flatMap { Int32(exactly: $0) }).map { Cadre.ID($0) },
            reason: try maybe("reason", object.string("reason").flatMap { Words.reasons[$0] }),
            previousReason: try maybe("previous_reason", object.string("previous_reason").flatMap { Words.reasons[$0] }),
            deadline: try maybe("deadline", object.string("deadline").flatMap { Words.deadlines[$0] }),
            dueAt: try maybe("due_at", object.string("due_at").flatMap { ISO8601.parse($0.utf8) }),
            rating: try maybe("rating", object.integer("rating").flatMap { Int16(exactly: $0) }),
            isOutside: try maybe("outside", object.bool("outside")) ?? false)
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

enum Words {
    static let states = Dictionary(uniqueKeysWithValues: RequestState.allCases.map { ($0.word, $0) })
    static let reasons = Dictionary(uniqueKeysWithValues: WaitingReason.allCases.map { ($0.word, $0) })
    static let deadlines = Dictionary(uniqueKeysWithValues: DeadlineKind.allCases.map { ($0.word, $0) })
}
