import AsyncHTTPClient
import Contracts
import NIOCore

/// The operations API, as a client that knows what an answer means.
enum API {
    static func submit(_ body: [UInt8], key: String, to slot: WorkerSlot) async -> History.Outcome {
        guard let (status, bytes) = await post("\(slot.url)/v1/requests", body, key: key) else { return .unknown }
        switch status {
        case 200, 201:
            guard let id = (try? JSONObject(bytes))?.string("request_id") else { return .unknown }
            return .request(id)
        case 400..<429, 430..<500: return .refused(status)
        case 429: return .overloaded
        // 5xx tell nothing about what happened.
        default: return .unknown
        }
    }

    static func move(_ request: String, _ body: [UInt8], to slot: WorkerSlot) async -> History.Outcome {
        guard let (status, bytes) = await post("\(slot.url)/v1/requests/\(request)/moves", body, key: nil) else {
            return .unknown
        }
        switch status {
        case 200:
            guard let seq = (try? JSONObject(bytes))?.integer("seq") else { return .unknown }
            return .moved(seq: Int(seq))
        case 400..<429, 430..<500: return .refused(status)
        default: return .unknown
        }
    }

    /// Nil: no whole answer.
    private static func post(_ url: String, _ body: [UInt8], key: String?) async -> (Int, [UInt8])? {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        if let key { request.headers.add(name: "Idempotency-Key", value: key) }
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await HTTP.client.execute(request, timeout: .seconds(6))
            // Who is sent away is told when to come back.
            if response.status == .tooManyRequests, response.headers["Retry-After"].isEmpty { return nil }
            let bytes = try await response.body.collect(upTo: 1 << 16)
            return (Int(response.status.code), Array(bytes.readableBytesView))
        } catch { return nil }
    }
}
