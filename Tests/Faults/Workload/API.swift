import AsyncHTTPClient
import Contracts
import NIOCore

/// The operations API, as a client that knows what an answer means.
enum API {
    struct Answer {
        var status: Int
        /// As it came; nil: not there.
        var retryAfter: String?
        var body: [UInt8]

        fileprivate var saysWhenToComeBack: Bool { (retryAfter.flatMap { Int($0) } ?? 0) > 0 }
    }

    static func submit(_ body: [UInt8], key: String, to slot: WorkerSlot) async -> History.Outcome {
        await submit(body, key: key, to: slot.url)
    }

    static func submit(_ body: [UInt8], key: String, to intake: String) async -> History.Outcome {
        submitted(await post("\(intake)/v1/requests", body, key: key))
    }

    static func move(_ request: String, _ body: [UInt8], to intake: String) async -> History.Outcome {
        moved(await post("\(intake)/v1/requests/\(request)/moves", body, key: nil))
    }

    /// Whether the request is shown, and as itself.
    static func shows(_ request: String, at intake: String) async -> Bool {
        guard let answer = await answer(HTTPClientRequest(url: "\(intake)/v1/requests/\(request)")), answer.status == 200
        else { return false }
        return (try? JSONObject(answer.body))?.string("request_id") == request
    }

    /// - Parameter answer: nil: none, or only a part of one.
    static func submitted(_ answer: Answer?) -> History.Outcome {
        outcome(answer) { status, json in
            guard status == 200 || status == 201 else { return nil }
            return json?.string("request_id").map { .request($0) }
        }
    }

    static func moved(_ answer: Answer?) -> History.Outcome {
        outcome(answer) { status, json in
            guard status == 200 else { return nil }
            return json?.integer("seq").map { .moved(seq: Int($0)) }
        }
    }

    /// - Parameter success: what an answer of success says; nil when it does not, or has a status that is not among those
    ///   the API has for it.
    private static func outcome(
        _ answer: Answer?, success: (Int, JSONObject?) -> History.Outcome?
    ) -> History.Outcome {
        guard let answer else { return .unknown }
        switch answer.status {
        // Every answer with these comes from one place of the intake, and whoever is sent away by it is told when to come back.
        case 429 where !answer.saysWhenToComeBack, 503 where !answer.saysWhenToComeBack: return .untold(answer.status)
        case 429: return .overloaded
        case 400..<500: return .refused(answer.status)
        // A body that is no JSON says nothing either.
        case 200..<300: return success(answer.status, try? JSONObject(answer.body)) ?? .unreadable(answer.status)
        // 5xx tell nothing about what happened.
        default: return .unknown
        }
    }

    private static func post(_ url: String, _ body: [UInt8], key: String?) async -> Answer? {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        if let key { request.headers.add(name: "Idempotency-Key", value: key) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return await answer(request)
    }

    /// Nil: no whole answer.
    private static func answer(_ request: HTTPClientRequest) async -> Answer? {
        do {
            let response = try await HTTP.client.execute(request, timeout: .seconds(6))
            let bytes = try await response.body.collect(upTo: 1 << 16)
            return Answer(
                status: Int(response.status.code), retryAfter: response.headers["Retry-After"].first,
                body: Array(bytes.readableBytesView))
        } catch { return nil }
    }
}
