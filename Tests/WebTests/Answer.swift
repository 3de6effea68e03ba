import Foundation
import Hummingbird
import HummingbirdTesting
import Testing

/// An answer read for assertions.
struct Answer {
    let status: Int
    let headers: HTTPFields
    let text: String

    init(_ response: TestResponse) {
        status = response.status.code
        headers = response.headers
        text = String(buffer: response.body)
    }

    var json: [String: Any] {
        get throws {
            try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
        }
    }

    /// Checks the form of RFC 9457 and gives the problems as `field code`.
    func problems() throws -> [String] {
        #expect(headers[.contentType] == "application/problem+json; charset=utf-8")
        let json = try json
        #expect(json["status"] as? Int == status)
        #expect((json["type"] as? String)?.hasPrefix("urn:tuesday:problem:") == true)
        #expect((json["title"] as? String)?.isEmpty == false)
        #expect((json["detail"] as? String)?.isEmpty == false)
        let problems = try #require(json["problems"] as? [[String: String]])
        #expect(problems.allSatisfy { $0["english"]?.isEmpty == false && $0["chinese"]?.isEmpty == false })
        return problems.map { "\($0["field"] ?? "") \($0["code"] ?? "")" }
    }
}

extension TestClientProtocol {
    func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Answer {
        Answer(try await execute(uri: path, method: .get, headers: headers))
    }

    func post(_ path: String, _ body: String, _ headers: HTTPFields = [.contentType: "application/json"]) async throws -> Answer {
        Answer(try await execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body)))
    }
}
