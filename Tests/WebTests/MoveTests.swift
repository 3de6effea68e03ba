import Contracts
import Domain
import Hummingbird
import HummingbirdTesting
import Testing
import Web
import Workflow

@Suite("Moving a request over HTTP")
struct MoveTests {
    private static let id = RequestID("018f3c1e-7a10-7cc3-98c4-dc0c0c07398f")!
    private static let path = "/v1/requests/018f3c1e-7a10-7cc3-98c4-dc0c0c07398f/moves"

    @Test("every move and actor reaches the port as itself", arguments: [
        (#"{"move":"acknowledge","actor":"cadre:C0017"}"#, .acknowledge, .cadre(Cadre.ID(17))),
        (#"{"move":"start","actor":"cadre:C0017"}"#, .start, .cadre(Cadre.ID(17))),
        (#"{"move":"resolve","actor":"supervisor"}"#, .resolve(outside: false), .supervisor),
        (#"{"move":"decline","actor":"cadre:C0017","reason":"不在辖区"}"#, .decline(reason: "不在辖区"), .cadre(Cadre.ID(17))),
        (#"{"move":"decline","actor":"cadre:C0017","reason":null}"#, .decline(reason: nil), .cadre(Cadre.ID(17))),
        (#"{"move":"confirm","actor":"resident"}"#, .confirm, .resident),
        (#"{"move":"reopen","actor":"resident"}"#, .reopen, .resident),
        (#"{"move":"hand_over","actor":"supervisor"}"#, .handOver, .supervisor),
        (#"{"move":"withdraw","actor":"resident"}"#, .withdraw, .resident),
        (#"{"move":"rate","actor":"resident","rating":5}"#, .rate(5), .resident),
    ] as [(String, Move, Domain.Actor)])
    func moves(_ body: String, _ move: Move, _ actor: Domain.Actor) async throws {
        let ports = FakePorts {
            $0.cadres = ["C0017": Cadre.ID(17)]
            $0.move = { _ in .done(RequestView.example(7, state: .waiting).status) }
        }
        try await ports.test { client in
            let answer = try await client.post(Self.path, body)
            #expect(answer.status == 200)
            #expect(try answer.json["state"] as? String == "waiting")
            #expect(try answer.json["waiting_reason"] as? String == "everyone_on_leave")
            #expect(try answer.json["seq"] as? Int == 3)
        }
        let command = try #require(ports.asked.moves.first)
        #expect(command.request == Self.id && command.move == move && command.actor == actor)
    }

    @Test("a refusal is answered with the rule's own sentences")
    func refused() async throws {
        let status = RequestView.example(7, state: .resolved).status
        let ports = FakePorts {
            $0.move = { command in
                switch decide(command.move, by: command.actor, on: status, at: Instant(seconds: 0)) {
                case .success: .unknown
                case .failure(let refusal): .refused(refusal)
                }
            }
        }
        try await ports.test { client in
            let state = try await client.post(Self.path, #"{"move":"withdraw","actor":"resident"}"#)
            #expect(state.status == 409)
            #expect(try state.problems() == ["move state_not_allowed"])
            #expect(state.text.contains("要撤回诉求") && state.text.contains("To withdraw a request"))
            let rating = try await client.post(Self.path, #"{"move":"rate","actor":"resident","rating":6}"#)
            #expect(rating.status == 409)
            #expect(try rating.problems() == ["move rating_out_of_range"])
        }
    }

    @Test("the event that a move is to follow reaches the port")
    func after() async throws {
        let ports = FakePorts { $0.move = { _ in .done(RequestView.example(7, state: .waiting).status) } }
        try await ports.test { client in
            for after in ["", #","after_seq":null"#, #","after_seq":2"#] {
                _ = try await client.post(Self.path, #"{"move":"confirm","actor":"resident"\#(after)}"#)
            }
        }
        #expect(ports.asked.moves.map(\.after) == [nil, nil, 2])
    }

    @Test("an unknown request is not found, whether or not its id could be one")
    func unknown() async throws {
        try await FakePorts { $0.move = { _ in .unknown } }.test { client in
            for path in [Self.path, "/v1/requests/nonsense/moves"] {
                let answer = try await client.post(path, #"{"move":"confirm","actor":"resident"}"#)
                #expect(answer.status == 404)
                #expect(try answer.problems() == ["id unknown_request"])
            }
        }
    }

    @Test("bad input is named all at once and moves nothing", arguments: [
        ("{}", ["move unknown_move", "actor unknown_actor"]),
        (#"{"move":"breach","actor":"system"}"#, ["move unknown_move", "actor unknown_actor"]),
        (#"{"move":"rate","actor":"cadre:X","reason":7}"#, ["reason not_text", "rating not_a_rating", "actor unknown_cadre"]),
        (#"{"move":"rate","actor":"resident","rating":70000}"#, ["rating not_a_rating"]),
        (#"{"move":"confirm","actor":"cadre:"}"#, ["actor unknown_actor"]),
        (#"{"move":"decline","actor":"resident","reason":"a\u0000"}"#, ["reason has_nul"]),
        (#"{"move":"confirm","actor":"resident","after_seq":"2"}"#, ["after_seq not_a_seq"]),
        (#"{"move":"confirm","actor":"resident","after_seq":0}"#, ["after_seq not_a_seq"]),
        (#"{"move":"confirm","actor":"resident","after_seq":3000000000}"#, ["after_seq not_a_seq"]),
        ("nonsense", ["body malformed"]),
    ])
    func bad(_ body: String, _ problems: [String]) async throws {
        try await FakePorts().test { client in
            let answer = try await client.post(Self.path, body)
            #expect(answer.status == 400)
            #expect(try answer.problems() == problems)
        }
    }

    @Test("a long reason is refused")
    func longReason() async throws {
        try await FakePorts().test { client in
            let reason = String(repeating: "长", count: 2_001)
            let answer = try await client.post(Self.path, #"{"move":"decline","actor":"resident","reason":"\#(reason)"}"#)
            #expect(try answer.problems() == ["reason too_long"])
        }
    }

    @Test("overload and a lost database are told apart")
    func failures() async throws {
        let body = #"{"move":"confirm","actor":"resident"}"#
        try await FakePorts { $0.move = { _ in try await Fault.overloaded.raise() } }.test { client in
            let answer = try await client.post(Self.path, body)
            #expect(answer.status == 429 && answer.headers[.retryAfter] == "1")
        }
        try await FakePorts { $0.move = { _ in try await Fault.lane(.unavailable("x")).raise() } }.test { client in
            let answer = try await client.post(Self.path, body)
            #expect(answer.status == 503 && answer.headers[.retryAfter] == "5")
        }
    }
}
