import Contracts
import Domain
import Hummingbird
import HummingbirdTesting
import Testing
import Web
import Workflow

@Suite("API keys")
struct APIKeyTests {
    private static let id = RequestID("018f3c1e-7a10-7cc3-98c4-dc0c0c07398f")!
    private static let body = #"{"village":"V0345","service":"S007","description":"路灯不亮"}"#
    private static let settings = WebSettings(apiKeys: ["k-one", "k two"])

    private static func headers(_ key: String?) -> HTTPFields {
        var headers: HTTPFields = [.contentType: "application/json"]
        headers[.init("X-API-Key")!] = key
        return headers
    }

    @Test("a POST without a known key is refused and not handled", arguments: [nil, "", "k-on", "K-ONE", "k-one,k two"])
    func refused(_ key: String?) async throws {
        let ports = FakePorts()
        try await ports.test(settings: Self.settings) { client in
            let moves = "/v1/requests/\(Self.id)/moves"
            for path in ["/v1/requests", "/v1/requests?api_key=nothing", moves, "/v1/nowhere"] {
                let answer = try await client.post(path, Self.body, Self.headers(key))
                #expect(answer.status == 403)
                #expect(try answer.problems() == ["x-api-key no_api_key"])
                #expect(!answer.text.contains("k-one"))
            }
        }
        #expect(ports.asked.submissions.isEmpty && ports.asked.moves.isEmpty)
    }

    @Test("a known key opens, in the header or the query")
    func known() async throws {
        let ports = FakePorts { $0.submit = { _ in .success(.accepted(Self.id)) } }
        try await ports.test(settings: Self.settings) { client in
            for key in ["k-one", "k two"] {
                let answer = try await client.post("/v1/requests", Self.body, Self.headers(key))
                #expect(answer.status == 201)
            }
            for query in ["api_key=k-one", "a=b&api_key=k%20two"] {
                let answer = try await client.post("/v1/requests?\(query)", Self.body)
                #expect(answer.status == 201)
            }
        }
        #expect(ports.asked.submissions.count == 4)
    }

    @Test("reading needs no key, and without keys nothing does")
    func unasked() async throws {
        let ports = FakePorts { $0.submit = { _ in .success(.accepted(Self.id)) } }
        try await ports.test(settings: Self.settings) { client in
            for path in ["/v1/requests", "/v1/figures", "/v1/openapi.json", "/"] {
                let answer = try await client.get(path)
                #expect(answer.status == 200)
            }
        }
        try await ports.test { client in
            let answer = try await client.post("/v1/requests", Self.body)
            #expect(answer.status == 201)
        }
    }
}
