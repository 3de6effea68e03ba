import Domain

/// Encodes the messages of one transaction into one piece of memory, of which each message's key, value and headers are
/// slices.
public struct MessageBatch {
    private struct Part {
        var topic: Topic
        var laneSeq: Int64
        var at: Int64
        var key: Range<Int>
        var value: Range<Int>
        var headers: Range<Int>
    }

    private var json: JSONWriter
    private var parts: [Part] = []

    /// - Parameter count: about how many messages will be added.
    public init(count: Int) {
        json = JSONWriter(reserveForMany: count * 800)
        parts.reserveCapacity(count)
    }

    /// Adds the record of an event.
    public mutating func add(_ event: RequestEvent, laneSeq: Int64) {
        let value = write { RequestEventRecord.write(event, &$0) }
        add(request: event.request, seq: event.seq, type: event.type, at: event.at, value: value, laneSeq: laneSeq)
    }

    /// Adds the record of an event whose body was encoded before.
    mutating func add(request: RequestID, seq: Int32, type: EventType, at: Instant, body: [UInt8], laneSeq: Int64) {
        let start = json.bytes.count
        json.bytes.append(contentsOf: body)
        add(request: request, seq: seq, type: type, at: at, value: start..<json.bytes.count, laneSeq: laneSeq)
    }

    private mutating func add(
        request: RequestID, seq: Int32, type: EventType, at: Instant, value: Range<Int>, laneSeq: Int64
    ) {
        let keyStart = json.bytes.count
        request.append(to: &json.bytes)
        let headerStart = json.bytes.count
        CloudEvent.append(
            to: &json.bytes, time: at, schema: RequestEventRecord.schema,
            id: { bytes in
                request.append(to: &bytes)
                bytes.append(UInt8(ascii: "-"))
                JSONWriter.append(Int64(seq), to: &bytes)
            },
            type: { bytes in
                bytes.append(contentsOf: RequestEventRecord.typePrefix.utf8)
                bytes.append(contentsOf: type.word.utf8)
            },
            subject: { request.append(to: &$0) })
        parts.append(
            Part(
                topic: .requests, laneSeq: laneSeq, at: at.microseconds / 1_000, key: keyStart..<headerStart, value: value,
                headers: headerStart..<json.bytes.count))
    }

    /// Adds the record of a notification; its id (lane and number) lets a gateway drop what it sent already.
    public mutating func add(
        notificationOf request: RequestID, recipient: String, template: String, dueAt: Instant?, at: Instant,
        lane: Int32, laneSeq: Int64
    ) {
        let value = write {
            NotificationRecord.write(request: request, recipient: recipient, template: template, dueAt: dueAt, &$0)
        }
        add(
            notificationOf: request, recipient: recipient, template: template, at: at, lane: lane, laneSeq: laneSeq,
            value: value)
    }

    /// Adds the record of a notification whose body was encoded before.
    mutating func add(
        notificationOf request: RequestID?, recipient: String, template: String, at: Instant, lane: Int32, laneSeq: Int64,
        body: [UInt8]
    ) {
        let start = json.bytes.count
        json.bytes.append(contentsOf: body)
        add(
            notificationOf: request, recipient: recipient, template: template, at: at, lane: lane, laneSeq: laneSeq,
            value: start..<json.bytes.count)
    }

    private mutating func add(
        notificationOf request: RequestID?, recipient: String, template: String, at: Instant, lane: Int32, laneSeq: Int64,
        value: Range<Int>
    ) {
        let keyStart = json.bytes.count
        json.bytes.append(contentsOf: recipient.utf8)
        let headerStart = json.bytes.count
        CloudEvent.append(
            to: &json.bytes, time: at, schema: NotificationRecord.schema,
            id: { bytes in
                JSONWriter.append(Int64(lane), to: &bytes)
                bytes.append(UInt8(ascii: "-"))
                JSONWriter.append(laneSeq, to: &bytes)
            },
            type: { bytes in
                bytes.append(contentsOf: NotificationRecord.typePrefix.utf8)
                bytes.append(contentsOf: template.utf8)
            },
            subject: { request?.append(to: &$0) }, hasSubject: request != nil)
        parts.append(
            Part(
                topic: .notifications, laneSeq: laneSeq, at: at.microseconds / 1_000, key: keyStart..<headerStart,
                value: value, headers: headerStart..<json.bytes.count))
    }

    private mutating func write(_ body: (inout JSONWriter) -> Void) -> Range<Int> {
        let start = json.bytes.count
        json.begin()
        body(&json)
        json.end()
        return start..<json.bytes.count
    }

    /// In the order in which they were added.
    public consuming func messages() -> [OutgoingMessage] {
        let bytes = json.bytes
        return parts.map { part in
            OutgoingMessage(
                topic: part.topic, laneSeq: part.laneSeq, bytes: bytes, key: part.key, value: part.value,
                headers: part.headers, at: part.at)
        }
    }
}
