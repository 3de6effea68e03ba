import Domain

/// CloudEvents 1.0, Kafka binding, binary mode: attributes travel as `ce_*` headers, the value is plain JSON.
public enum CloudEvent {
    public static let source = "/tuesday"

    public static func headers(
        id: String, type: String, time: Instant, subject: String?, schema: String
    ) -> [OutgoingMessage.Header] {
        var bytes: [UInt8] = []
        append(
            to: &bytes, time: time, schema: schema, id: { $0.append(contentsOf: id.utf8) },
            type: { $0.append(contentsOf: type.utf8) }, subject: { if let subject { $0.append(contentsOf: subject.utf8) } },
            hasSubject: subject != nil)
        return HeaderBlock(bytes: bytes[...]).headers
    }

    /// Appends the headers of one event; `id`, `type` and `subject` append their values.
    static func append(
        to bytes: inout [UInt8], time: Instant, schema: String, id: (inout [UInt8]) -> Void,
        type: (inout [UInt8]) -> Void, subject: (inout [UInt8]) -> Void, hasSubject: Bool = true
    ) {
        HeaderBlock.append("ce_specversion", to: &bytes) { $0.append(contentsOf: "1.0".utf8) }
        HeaderBlock.append("ce_id", to: &bytes, id)
        HeaderBlock.append("ce_type", to: &bytes, type)
        HeaderBlock.append("ce_source", to: &bytes) { $0.append(contentsOf: source.utf8) }
        HeaderBlock.append("ce_time", to: &bytes) { ISO8601.append(time, to: &$0) }
        HeaderBlock.append("ce_dataschema", to: &bytes) { $0.append(contentsOf: schema.utf8) }
        HeaderBlock.append("content-type", to: &bytes) { $0.append(contentsOf: "application/json".utf8) }
        if hasSubject { HeaderBlock.append("ce_subject", to: &bytes, subject) }
    }
}
