import AsyncHTTPClient
import Foundation
import NIOCore
import Runtime

/// The operations API, as a client sees it.
struct CountyAPI: Sendable {
    enum SubmitAnswer: Sendable {
        case accepted(String)
        case repeated(String)
        /// A rule was broken; the status.
        case refused(UInt)
    }

    private struct Accepted: Decodable {
        let request_id: String
    }

    private struct Move: Encodable {
        let move: String
        let actor: String
        let rating: Int?
        let reason: String?
    }

    let client: HTTPClient
    let url: String
    /// Named in every POST; nil where none is asked for.
    let apiKey: String?

    init(client: HTTPClient, url: String) throws {
        self.client = client
        self.url = url
        // The intake was started with the same settings.
        apiKey = try Settings.read(program: .tuesday, arguments: []).list(.apiKeys).first
    }

    /// Sends until there is an answer: repeating is safe under the same key.
    func submit(_ sending: Residents.Sending) async throws -> SubmitAnswer {
        var request = post("/v1/requests")
        request.headers.add(name: "Idempotency-Key", value: sending.key)
        request.body = .bytes(ByteBuffer(bytes: sending.body))
        let (status, body) = try await answer(to: request)
        switch status {
        case 201: return .accepted(try JSONDecoder().decode(Accepted.self, from: body).request_id)
        case 200: return .repeated(try JSONDecoder().decode(Accepted.self, from: body).request_id)
        default: return .refused(status)
        }
    }

    /// Whether the move was made; false when a rule refused it, as when somebody else was faster.
    func move(_ request: String, _ move: String, actor: String, rating: Int? = nil, reason: String? = nil) async throws -> Bool {
        var message = post("/v1/requests/\(request)/moves")
        let body = try JSONEncoder().encode(Move(move: move, actor: actor, rating: rating, reason: reason))
        message.body = .bytes(ByteBuffer(bytes: body))
        return try await answer(to: message).status == 200
    }

    private func post(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        if let apiKey { request.headers.add(name: "X-API-Key", value: apiKey) }
        return request
    }

    /// Tries again while the service is not there, for half a minute.
    private func answer(to request: HTTPClientRequest) async throws -> (status: UInt, body: Data) {
        let deadline = ContinuousClock.now + .seconds(30)
        var pause = Duration.milliseconds(50)
        while true {
            do {
                let response = try await client.execute(request, timeout: .seconds(20))
                let body = Data(try await response.body.collect(upTo: 1 << 20).readableBytesView)
                if response.status.code < 500 || ContinuousClock.now > deadline { return (response.status.code, body) }
            } catch {
                if error is CancellationError || ContinuousClock.now > deadline { throw error }
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(2))
        }
    }
}
