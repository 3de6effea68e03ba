import Domain

/// `tuesday.notifications.v1`: whom to tell what. Schema: `notification.v1.json`.
public enum NotificationRecord {
    public static let schema = "urn:tuesday:schema:notification:v1"
    public static let typePrefix = "tuesday.notification."

    public static func body(request: RequestID, recipient: String, template: String, dueAt: Instant?) -> [UInt8] {
        var json = JSONWriter(reserve: 160)
        write(request: request, recipient: recipient, template: template, dueAt: dueAt, &json)
        return json.finish()
    }

    static func write(
        request: RequestID, recipient: String, template: String, dueAt: Instant?, _ json: inout JSONWriter
    ) {
        json.write("request_id", request)
        json.write("recipient", recipient)
        json.write("template", template)
        if let dueAt { json.write("due_at", dueAt) }
    }

    /// The id (lane and number) lets a gateway drop what it sent already.
    public static func message(
        lane: Int32, laneSeq: Int64, at: Instant, recipient: String, template: String, subject: RequestID?,
        body: [UInt8]
    ) -> OutgoingMessage {
        var batch = MessageBatch(count: 1)
        batch.add(
            notificationOf: subject, recipient: recipient, template: template, at: at, lane: lane, laneSeq: laneSeq,
            body: body)
        return batch.messages()[0]
    }
}
