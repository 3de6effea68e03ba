import Contracts
import Domain
import Hummingbird
import HummingbirdTesting
import Testing
import Web
import Workflow

@Suite("Submitting over HTTP")
struct SubmitTests {
    private static let id = RequestID("018f3c1e-7a10-7cc3-98c4-dc0c0c07398f")!
    private static let body = #"{"village":"V0345","service":"S007","description":"路灯不亮"}"#

    @Test("a new request is created, with its id and place")
    func created() async throws {
        let ports = FakePorts { $0.submit = { _ in .success(.accepted(Self.id)) } }
        try await ports.test { client in
            let answer = try await client.post(
                "/v1/requests", Self.body, [.contentType: "application/json; charset=utf-8", .init("Idempotency-Key")!: "k-1"])
            #expect(answer.status == 201)
            #expect(answer.text == #"{"request_id":"\#(Self.id)","outcome":"accepted"}"#)
            #expect(answer.headers[.location] == "/v1/requests/\(Self.id)")
            #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
        }
        let submission = try #require(ports.asked.submissions.first)
        #expect(submission.channel == "http")
        #expect(submission.idempotencyKey == "k-1")
        #expect(submission.village == "V0345" && submission.description == "路灯不亮")
    }

    @Test("an empty key is none")
    func emptyKey() async throws {
        let ports = FakePorts { $0.submit = { _ in .success(.accepted(Self.id)) } }
        try await ports.test { client in
            _ = try await client.post("/v1/requests", Self.body, [.init("Idempotency-Key")!: ""])
        }
        #expect(ports.asked.submissions.map(\.idempotencyKey) == [nil])
    }

    @Test("a repeated key gives the same id, and with another body a problem")
    func repeated() async throws {
        try await FakePorts { $0.submit = { _ in .success(.repeated(Self.id)) } }.test { client in
            let answer = try await client.post("/v1/requests", Self.body)
            #expect(answer.status == 200)
            #expect(try answer.json["outcome"] as? String == "repeated")
            #expect(try answer.json["request_id"] as? String == Self.id.description)
        }
        try await FakePorts { $0.submit = { _ in .success(.conflict) } }.test { client in
            let answer = try await client.post("/v1/requests", Self.body)
            #expect(answer.status == 422)
            #expect(try answer.problems() == ["idempotency_key idempotency_key_reused"])
        }
    }

    @Test("everything a rule refuses is named at once, in both languages")
    func refused() async throws {
        let empty = RegisterCache.Snapshot()
        let ports = FakePorts { $0.submit = { $0.validated(against: empty).map { _ in .conflict } } }
        try await ports.test { client in
            let answer = try await client.post("/v1/requests", "{}")
            #expect(answer.status == 400)
            #expect(try answer.problems() == ["village missing", "service missing", "description missing"])
            #expect(answer.text.contains("请填写村编码"))
        }
    }

    @Test("members of a wrong type are named together with the rules that are broken")
    func wrongTypes() async throws {
        let empty = RegisterCache.Snapshot()
        let ports = FakePorts { $0.submit = { $0.validated(against: empty).map { _ in .conflict } } }
        try await ports.test { client in
            let answer = try await client.post("/v1/requests", #"{"village":1,"subject":[],"attributes":"x"}"#)
            #expect(answer.status == 400)
            #expect(
                try answer.problems().sorted() == [
                    "attributes not_an_object", "description missing", "service missing", "subject not_text",
                    "village not_text",
                ])
        }
    }

    @Test("an unknown village does not hide an unknown service")
    func unknownBoth() async throws {
        let empty = RegisterCache.Snapshot()
        let ports = FakePorts { $0.submit = { $0.validated(against: empty).map { _ in .conflict } } }
        try await ports.test { client in
            let answer = try await client.post("/v1/requests", #"{"village":"V","service":"S","description":"it drips"}"#)
            #expect(try answer.problems() == ["village unknown_village", "service unknown_service"])
        }
    }

    @Test("malformed JSON names the byte", arguments: [
        ("", "byte 0"), ("[]", "byte 0"), (#"{"village" 1}"#, "byte 11"), ("{\"a\":\"\u{1}\"}", "byte 6"), ("{} {}", "byte 3"),
    ])
    func malformed(_ body: String, _ place: String) async throws {
        try await FakePorts().test { client in
            let answer = try await client.post("/v1/requests", body)
            #expect(answer.status == 400)
            #expect(try answer.problems() == ["body malformed"])
            #expect(try (answer.json["detail"] as? String)?.contains(place) == true, "\(answer.text)")
        }
    }

    @Test("a body that is too large or no JSON is refused before it is read")
    func bodies() async throws {
        try await FakePorts().test(settings: WebSettings(maximumBodyBytes: 1_000)) { client in
            let large = try await client.post("/v1/requests", String(repeating: " ", count: 1_001))
            #expect(large.status == 413)
            #expect(try large.problems() == ["body too_large"])
            let form = try await client.post(
                "/v1/requests", "village=V", [.contentType: "application/x-www-form-urlencoded"])
            #expect(form.status == 415)
            #expect(try form.problems() == ["content-type not_json"])
        }
    }

    @Test("overload, stopping and a lost database say when to come back", arguments: [
        (.overloaded, 429, "1"), (.stopped, 503, "5"), (.lane(.unavailable("no server")), 503, "5"),
        (.lane(.fenced), 503, "5"), (.lane(.outcomeUnknown), 503, "5"), (.cancelled, 503, "5"),
        (.lane(.failed("secret detail")), 500, nil),
    ] as [(Fault, Int, String?)])
    func failures(_ fault: Fault, _ status: Int, _ retryAfter: String?) async throws {
        try await FakePorts { $0.submit = { _ in try await fault.raise() } }.test { client in
            let answer = try await client.post("/v1/requests", Self.body)
            #expect(answer.status == status)
            #expect(answer.headers[.retryAfter] == retryAfter)
            #expect(try answer.problems().count == 1)
            #expect(!answer.text.contains("secret"))
        }
    }
}
