import Domain

extension RequestEventRecord {
    /// - Throws: ``RecordProblem`` when the value is not an event of this version.
    public static func event(_ value: [UInt8]?) throws(RecordProblem) -> RequestEvent {
        try event(value.map { $0[...] })
    }

    /// - Throws: ``RecordProblem`` when the value is not an event of this version.
    public static func event(_ value: ArraySlice<UInt8>?) throws(RecordProblem) -> RequestEvent {
        guard let value else { throw RecordProblem(reason: "malformed", detail: "expected a JSON object, found a tombstone") }
        var reader = RequestEventReader()
        do {
            try JSONScanner.members(of: value) { scanner, name, token throws(JSONProblem) in
                reader.take(name, token, scanner)
            }
        } catch {
            throw RecordProblem(reason: "malformed", detail: "JSON \(error)")
        }
        return try reader.event()
    }
}

/// Collects an event's members in one pass, without making values it does not need: statistics reads two of them a
/// request.
private struct RequestEventReader {
    private var request: RequestID?
    private var seq: Int32?
    private var type: EventType?
    private var at: Instant?
    private var county: Int32?
    private var town: Int32?
    private var village: Int32?
    private var service: Int32?
    private var acceptedAt: Instant?
    private var actor: Actor?
    private var state: RequestState?
    private var assignment: Int32?
    private var cadre: Int32?
    private var reason: WaitingReason?
    private var previousReason: WaitingReason?
    private var deadline: DeadlineKind?
    private var dueAt: Instant?
    private var rating: Int16?
    private var priority: Int16?
    private var isOutside: Bool?
    /// Members that are there and cannot be read: a word of a later version taken for nothing would be counted wrongly.
    /// One bit each, so that a repeated name keeps its last value.
    private var unread: UInt32 = 0
    /// Where in the usual order the last member stood.
    private var place = 0

    /// In the order in which ``RequestEventRecord`` writes them: the next name is nearly always the next of these.
    private static let names: [StaticString] = [
        "request_id", "seq", "type", "at", "county_id", "town_id", "village_id", "service_id", "accepted_at", "actor",
        "state", "assignment", "cadre_id", "reason", "previous_reason", "deadline", "due_at", "rating", "priority", "outside",
    ]

    mutating func take(_ name: JSONScanner.Text, _ token: JSONScanner.Token, _ json: JSONScanner) {
        guard let index = json.index(of: name, among: Self.names, from: place) else { return }
        place = index + 1
        unread &= ~(1 << UInt32(index))
        switch index {
        case 0: request = read(token, json) { RequestID(utf8: $0) }
        case 1: seq = number(token, json)
        case 2: type = read(token, json) { EventType(utf8: UnsafeRawBufferPointer($0)) }
        case 3: at = read(token, json) { ISO8601.parse($0) }
        case 4: county = number(token, json)
        case 5: town = number(token, json)
        case 6: village = number(token, json)
        case 7: service = number(token, json)
        case 8: acceptedAt = read(token, json) { ISO8601.parse($0) }
        case 9: actor = read(token, json) { Actor(word: String(decoding: $0, as: UTF8.self)) }
        case 10: state = read(token, json) { Words.find($0, in: Words.states) }
        case 11: assignment = number(token, json)
        case 12: cadre = number(token, json)
        case 13: reason = read(token, json) { Words.find($0, in: Words.reasons) }
        case 14: previousReason = read(token, json) { Words.find($0, in: Words.reasons) }
        case 15: deadline = read(token, json) { Words.find($0, in: Words.deadlines) }
        case 16: dueAt = read(token, json) { ISO8601.parse($0) }
        case 17: rating = number(token, json)
        case 18: priority = number(token, json)
        default:
            isOutside = nil
            if case .bool(let value) = token { isOutside = value } else { note(token, index) }
        }
    }

    private mutating func number<Number: FixedWidthInteger>(_ token: JSONScanner.Token, _ json: JSONScanner) -> Number? {
        if let value = json.integer(token).flatMap({ Number(exactly: $0) }) { return value }
        note(token, place - 1)
        return nil
    }

    private mutating func read<Value>(
        _ token: JSONScanner.Token, _ json: JSONScanner, _ decode: (UnsafeBufferPointer<UInt8>) -> Value?
    ) -> Value? {
        if case .string(let text) = token {
            var value: Value?
            if text.isEscaped {
                // The scanner has read it once already, so it can be read.
                if let plain = try? json.text(text) { value = Array(plain.utf8).withUnsafeBufferPointer(decode) }
            } else {
                value = decode(json.slice(text.range))
            }
            if let value { return value }
        }
        note(token, place - 1)
        return nil
    }

    private mutating func note(_ token: JSONScanner.Token, _ index: Int) {
        if case .null = token { return }
        unread |= 1 << UInt32(index)
    }

    private func need<Value>(_ name: StaticString, _ value: Value?) throws(RecordProblem) -> Value {
        guard let value else {
            throw RecordProblem(reason: "malformed", detail: "member \"\(name)\" is missing or not of its type")
        }
        return value
    }

    func event() throws(RecordProblem) -> RequestEvent {
        if unread != 0 { _ = try need(Self.names[unread.trailingZeroBitCount], nil as Int?) }
        return RequestEvent(
            request: try need("request_id", request), seq: try need("seq", seq), type: try need("type", type),
            at: try need("at", at),
            place: .init(
                county: County.ID(try need("county_id", county)), town: Town.ID(try need("town_id", town)),
                village: Village.ID(try need("village_id", village)), service: Service.ID(try need("service_id", service))),
            acceptedAt: try need("accepted_at", acceptedAt), actor: try need("actor", actor),
            state: try need("state", state), assignment: assignment ?? 0, cadre: cadre.map { Cadre.ID($0) },
            reason: reason, previousReason: previousReason, deadline: deadline, dueAt: dueAt, rating: rating,
            priority: priority, isOutside: isOutside ?? false)
    }
}

/// The words of closed vocabularies, found by their bytes.
private enum Words {
    static let states = RequestState.allCases.map { (word: Array($0.word.utf8), value: $0) }
    static let reasons = WaitingReason.allCases.map { (word: Array($0.word.utf8), value: $0) }
    static let deadlines = DeadlineKind.allCases.map { (word: Array($0.word.utf8), value: $0) }

    static func find<Value>(_ bytes: UnsafeBufferPointer<UInt8>, in words: [(word: [UInt8], value: Value)]) -> Value? {
        words.first { $0.word.elementsEqual(bytes) }?.value
    }
}
