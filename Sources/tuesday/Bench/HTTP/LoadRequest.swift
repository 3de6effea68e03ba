import Contracts
import NIOCore

/// Requests of the operations API, ready to be sent.
enum LoadRequest {
    /// `POST /v1/requests`, under a key of its own.
    static func submit(_ submission: Submission) -> ByteBuffer {
        post("/v1/requests", SubmissionRecord.body(of: submission), key: submission.sourceID)
    }

    /// `POST /v1/requests/{id}/moves`.
    static func move(_ request: String, _ move: String, actor: String) -> ByteBuffer {
        var json = JSONWriter(reserve: 80)
        json.write("move", move)
        json.write("actor", actor)
        return post("/v1/requests/\(request)/moves", json.finish(), key: nil)
    }

    /// `GET /v1/requests/{id}`.
    static func read(_ request: String) -> ByteBuffer {
        ByteBuffer(string: "GET /v1/requests/\(request) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    }

    private static func post(_ path: String, _ body: [UInt8], key: String?) -> ByteBuffer {
        let keyLine = key.map { "Idempotency-Key: \($0)\r\n" } ?? ""
        var buffer = ByteBuffer()
        buffer.reserveCapacity(body.count + 200)
        buffer.writeString(
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\(keyLine)"
                + "Content-Length: \(body.count)\r\n\r\n")
        buffer.writeBytes(body)
        return buffer
    }
}
