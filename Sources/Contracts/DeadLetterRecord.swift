import Domain

/// `tuesday.deadletters.v1`: key and value as they were, and text headers that say where, why and how often.
///
/// A record may be as large as a producer takes, and is larger with these headers: it could never leave, nor anything behind
/// it. Above ``largestWhole`` its value is left out, then its own headers, then its key, until the rest is small enough, and
/// a header says so. The row keeps all of it: in this one message it has more than the topic.
public enum DeadLetterRecord {
    /// In bytes, about. A producer takes 1,000,000 and a broker a little more, unless they are told otherwise.
    public static let largestWhole = 900_000
    /// Names, separated by commas, what was left out: `value`, `headers`, `key`. Absent when nothing was.
    public static let omittedHeader = "tuesday-dlq-omitted"

    private enum Part: String, CaseIterable {
        case value, headers, key
    }

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
        let about: [OutgoingMessage.Header] = [
            .init("tuesday-dlq-topic", source.topic),
            .init("tuesday-dlq-partition", String(source.partition)),
            .init("tuesday-dlq-offset", String(source.offset)),
            .init("tuesday-dlq-group", source.group),
            .init("tuesday-dlq-reason", problem.reason),
            .init("tuesday-dlq-detail", problem.detail),
            .init("tuesday-dlq-attempts", String(attempts)),
            .init("tuesday-dlq-first-seen", ISO8601.format(firstSeen)),
        ]
        func message(without omitted: [Part]) -> OutgoingMessage {
            let saying = omitted.map(\.rawValue).joined(separator: ",")
            return OutgoingMessage(
                topic: .deadLetters, laneSeq: laneSeq, key: omitted.contains(.key) ? nil : key,
                value: omitted.contains(.value) ? nil : value,
                headers: (omitted.contains(.headers) ? [] : original) + about
                    + (omitted.isEmpty ? [] : [.init(omittedHeader, saying)]),
                at: at.microseconds / 1_000)
        }
        var omitted: [Part] = []
        for part in Part.allCases where message(without: omitted).byteCount > largestWhole { omitted.append(part) }
        return message(without: omitted)
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
