import Contracts
import Domain
import Foundation
import Runtime
import Workflow

/// Something that reads bytes nobody vouches for, and what must hold for whatever they are. Each has a corpus.
enum Decoder: String, CaseIterable, Sendable {
    /// Values of the requests topic, and what is told of them by key and header.
    case events
    /// Values of the submissions topic.
    case submissions
    /// Bodies of `POST`: a submission, or an object with a move.
    case http
    /// Requests to the public port: path, query, headers and body.
    case port
    /// Files that are to be in UTF-8, before anything else is made of them.
    case utf8
    case gb18030
    case csv
    /// Files of every kind of register.
    case registers
    case calendars
    /// Files of requests.
    case requests
    /// How foreign files of requests are read.
    case mappings
    /// The headers that a dead letter keeps.
    case headers
    case instants
    /// Ids and words in paths, options and records.
    case names
    /// Files, options and variables.
    case settings

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
            if let submission = try? SubmissionRecord.submission(bytes, channel: "http") {
                _ = submission.validated(against: FuzzedCounty.registers)
            }
            guard let object = try? JSONObject(bytes) else { return }
            for name in object.members.keys {
                _ = (object.string(name), object.integer(name), object.bool(name))
                if case .nested(let inner)? = object[name] { _ = JSONObject.texts(ofArray: inner) }
            }
        case .port: for port in FuzzedPort.all { port.answer(bytes) }
        case .utf8: EncodedText.check(bytes, .utf8)
        case .gb18030: EncodedText.check(bytes, .gb18030)
        case .csv:
            var problems: [ImportProblem] = []
            _ = CSVDocument(file: "f", bytes: bytes, problems: &problems)
        case .registers: for kind in ImportKind.allCases { _ = ReadRegisterFile(kind).read(file: "f", bytes: bytes) }
        case .calendars: _ = ReadRegisterFile(.calendar).read(file: "f", bytes: bytes)
        case .requests: for isHistorical in [false, true] { RequestFiles.check(bytes, .own, isHistorical) }
        case .mappings:
            guard let mapping = try? JSONDecoder().decode(RequestMapping.self, from: Data(bytes)) else { return }
            RequestFiles.check(RequestFiles.foreign, mapping, true)
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
        case .names: Names.check(String(decoding: bytes, as: UTF8.self))
        case .settings: FuzzedSettings.check(String(decoding: bytes, as: UTF8.self))
        }
    }
}
