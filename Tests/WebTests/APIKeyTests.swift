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
    private static let header = HTTPField.Name("X-API-Key")!
    private static let settings = WebSettings(apiKeys: ["k-one", "k two"])

    @Test("a POST without a known key is refused and not handled", arguments: [nil, "", "k-on", "K-ONE", "k-one,k two"])
    func refused(_ key: String?) async throws {
        let ports = FakePorts()
        try await ports.test(settings: Self.settings) { client in
            var headers: HTTPFields = [.contentType: "application/json"]
            headers[Self.header] = key
            let moves = "/v1/requests/\(Self.id)/moves"
            for path in ["/v1/requests", "/v1/requests?api_key=nothing", moves, "/v1/nowhere"] {
                let answer = try await client.post(path, Self.body, headers)
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
                #expect(try await client.post("/v1/requests", Self.body, [Self.header: key]).status == 201)
            }
            for query in ["api_key=k-one", "a=b&api_key=k%20two"] {
                #expect(try await client.post("/v1/requests?\(query)", Self.body).status == 201)
            }
        }
        #expect(ports.asked.submissions.count == 4)
    }

    @Test("reading needs no key, and without keys nothing does")
    func unasked() async throws {
        let ports = FakePorts { $0.submit = { _ in .success(.accepted(Self.id)) } }
        try await ports.test(settings: Self.settings) { client in
            for path in ["/v1/requests", "/v1/figures", "/v1/openapi.json", "/"] {
                #expect(try await client.get(path).status == 200)
            }
        }
        try await ports.test { client in
            #expect(try await client.post("/v1/requests", Self.body).status == 201)
        }
    }
}
