import Domain

/// CloudEvents 1.0, Kafka binding, binary mode: attributes travel as `ce_*` headers, the value is plain JSON.
public enum CloudEvent {
    public static let source = "/tuesday"

    public static func headers(
        id: String, type: String, time: Instant, subject: String?, schema: String
    ) -> [OutgoingMessage.Header] {
        var headers: [OutgoingMessage.Header] = [
            .init("ce_specversion", "1.0"),
            .init("ce_id", id),
            .init("ce_type", type),
            .init("ce_source", source),
            .init("ce_time", ISO8601.format(time)),
            .init("ce_dataschema", schema),
            .init("content-type", "application/json"),
        ]
        if let subject {
            headers.append(.init("ce_subject", subject))
        }
        return headers
    }
}
