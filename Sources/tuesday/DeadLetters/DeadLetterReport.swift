import Contracts
import Workflow

/// A dead letter as `--json` prints it.
struct DeadLetterReport: Encodable {
    struct Settled: Encodable {
        let at: String
        let by: String
        let because: String?
    }

    let id: String
    let state: String
    let at: String
    let group: String
    let topic: String
    let partition: Int32
    let offset: Int64
    let requestID: String?
    let parkedSince: String?
    let key: String?
    let headers: [[String]]
    let valueBytes: Int?
    let reason: String
    let detail: String
    let attempts: Int32
    let replayProblem: String?
    let settled: Settled?
    /// Only where it was asked for; text, or base64 in `valueBase64` when it is none.
    var value: String?
    var valueBase64: String?

    init(_ letter: DeadLetter) {
        id = "\(letter.id)"
        state = letter.state.rawValue
        at = ISO8601.format(letter.at)
        group = letter.origin.group
        topic = letter.origin.topic
        partition = letter.origin.partition
        offset = letter.offset
        requestID = letter.request.map { "\($0)" }
        parkedSince = letter.parkedSince.map { ISO8601.format($0) }
        key = letter.key.map { String(decoding: $0, as: UTF8.self) }
        headers = letter.headers.map { [$0.name, $0.value] }
        valueBytes = letter.valueByteCount
        reason = letter.reason
        detail = letter.detail
        attempts = letter.attempts
        replayProblem = letter.replayProblem
        settled = letter.settled.map { Settled(at: ISO8601.format($0.at), by: $0.by, because: $0.because) }
    }
}
