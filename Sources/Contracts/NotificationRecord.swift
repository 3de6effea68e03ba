import Domain

/// `tuesday.notifications.v1`: whom to tell what. Schema: `notification.v1.json`.
public enum NotificationRecord {
    public static let schema = "urn:tuesday:schema:notification:v1"
    public static let typePrefix = "tuesday.notification."

    public static func body(request: RequestID, recipient: String, template: String, dueAt: Instant?) -> [UInt8] {
        var json = JSONWriter(reserve: 160)
        json.write("request_id", request)
        json.write("recipient", recipient)
        json.write("template", template)
        if let dueAt { json.write("due_at", dueAt) }
        return json.finish()
    }

    /// The id (lane and number) lets a gateway drop what it sent already.
    public static func message(
        lane: Int32, laneSeq: Int64, at: Instant, recipient: String, template: String, subject: RequestID?,
        body: [UInt8]
    ) -> OutgoingMessage {
        OutgoingMessage(
            topic: .notifications, laneSeq: laneSeq, key: Array(recipient.utf8), value: body,
            headers: CloudEvent.headers(
                id: "\(lane)-\(laneSeq)", type: typePrefix + template, time: at, subject: subject?.description,
                schema: schema),
            at: at.microseconds / 1_000)
    }
}
