import Domain

/// `tuesday.deadletters.v1`: key and value as they were, and text headers that say where, why and how often.
public enum DeadLetterRecord {
    public struct Source: Sendable, Hashable {
        public var topic: String
        public var partition: Int32
        public var offset: Int64
        public var group: String

        public init(topic: String, partition: Int32, offset: Int64, group: String) {
            self.topic = topic
            self.partition = partition
            self.offset = offset
            self.group = group
        }
    }

    public static func message(
        laneSeq: Int64, source: Source, problem: RecordProblem, attempts: Int32, firstSeen: Instant, at: Instant,
        key: [UInt8]?, value: [UInt8]?, original: [OutgoingMessage.Header]
    ) -> OutgoingMessage {
        OutgoingMessage(
            topic: .deadLetters, laneSeq: laneSeq, key: key, value: value,
            headers: original + [
                .init("tuesday-dlq-topic", source.topic),
                .init("tuesday-dlq-partition", String(source.partition)),
                .init("tuesday-dlq-offset", String(source.offset)),
                .init("tuesday-dlq-group", source.group),
                .init("tuesday-dlq-reason", problem.reason),
                .init("tuesday-dlq-detail", problem.detail),
                .init("tuesday-dlq-attempts", String(attempts)),
                .init("tuesday-dlq-first-seen", ISO8601.format(firstSeen)),
            ],
            at: at.microseconds / 1_000)
    }

    /// The original headers as a JSON array of `[name, value]`, for the dead letter's row.
    public static func json(of headers: [OutgoingMessage.Header]) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for (index, header) in headers.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "["))
            JSONWriter.append(string: header.name, to: &bytes)
            bytes.append(UInt8(ascii: ","))
            JSONWriter.append(string: header.value, to: &bytes)
            bytes.append(UInt8(ascii: "]"))
        }
        bytes.append(UInt8(ascii: "]"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what ``json(of:)`` wrote; entries of another shape are left out.
    public static func headers(json: [UInt8]) -> [OutgoingMessage.Header] {
        (try? JSONScanner.pairs(json))?.map { OutgoingMessage.Header($0.0, $0.1) } ?? []
    }
}
