import Contracts
import Workflow

/// Something that reads bytes nobody vouches for, and what must hold for whatever they are. Each has a corpus.
enum Decoder: String, CaseIterable, Sendable {
    /// Values of the requests topic, and what is told of them by key and header.
    case events
    /// Values of the submissions topic.
    case submissions
    /// Bodies of `POST`: a submission, or an object with a move.
    case http
    case csv
    /// Files of every kind of register.
    case registers
    case calendars
    /// The headers that a dead letter keeps.
    case headers
    case instants

    /// Reads them. Refusing is as good as reading; a trap is not, nor a value that is another one when it is written and
    /// read again.
    func read(_ bytes: [UInt8]) {
        switch self {
        case .events:
            if let event = try? RequestEventRecord.event(bytes) {
                let again = try? RequestEventRecord.event(RequestEventRecord.body(of: event))
                precondition(again == event, "an event is another one after it was written and read: \(event)")
            }
            let record = IncomingRecord(
                offset: 0, key: bytes, value: nil, headers: [.init("ce_type", String(decoding: bytes, as: UTF8.self))],
                timestamp: 0)
            _ = RequestEventRecord.hint(record)
        case .submissions: _ = try? SubmissionRecord.submission(bytes, channel: "gateway")
        case .http:
            _ = try? SubmissionRecord.submission(bytes, channel: "http")
            guard let object = try? JSONObject(bytes) else { return }
            for name in object.members.keys {
                _ = (object.string(name), object.integer(name), object.bool(name))
                if case .nested(let inner)? = object[name] { _ = JSONObject.texts(ofArray: inner) }
            }
        case .csv:
            var problems: [ImportProblem] = []
            _ = CSVDocument(file: "f", bytes: bytes, problems: &problems)
        case .registers: for kind in ImportKind.allCases { _ = ReadRegisterFile(kind).read(file: "f", bytes: bytes) }
        case .calendars: _ = ReadRegisterFile(.calendar).read(file: "f", bytes: bytes)
        case .headers:
            let headers = DeadLetterRecord.headers(json: bytes)
            precondition(
                DeadLetterRecord.headers(json: Array(DeadLetterRecord.json(of: headers).utf8)) == headers,
                "headers are others after they were written and read: \(headers)")
        case .instants:
            guard let instant = ISO8601.parse(bytes) else { return }
            precondition(
                ISO8601.parse(ISO8601.format(instant).utf8) == instant,
                "\(String(decoding: bytes, as: UTF8.self)) is another instant after it was written and read")
        }
    }
}
