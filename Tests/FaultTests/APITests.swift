import Testing

@testable import Faults

struct APITests {
    private static func answer(_ status: Int, _ body: String = "", retryAfter: String? = nil) -> API.Answer {
        API.Answer(status: status, retryAfter: retryAfter, body: Array(body.utf8))
    }

    @Test func `An answer says what was done, or that nothing was`() {
        #expect(API.submitted(Self.answer(201, #"{"request_id":"a"}"#)) == .request("a"))
        #expect(API.submitted(Self.answer(200, #"{"request_id":"a"}"#)) == .request("a"))
        #expect(API.moved(Self.answer(200, #"{"seq":4}"#)) == .moved(seq: 4))
        #expect(API.submitted(Self.answer(422)) == .refused(422))
        #expect(API.submitted(Self.answer(429, retryAfter: "1")) == .overloaded)
        #expect(API.moved(Self.answer(429, retryAfter: "1")) == .overloaded)
    }

    @Test func `What does not tell may have been done`() {
        for unclear in [nil, Self.answer(503, retryAfter: "5"), Self.answer(500), Self.answer(302)] {
            #expect(API.submitted(unclear) == .unknown)
            #expect(API.moved(unclear) == .unknown)
        }
    }

    @Test func `Who is told that it was done, and not what, is seen`() {
        let whole = #"{"request_id":"a","seq":4}"#
        for (status, body) in [(200, ""), (200, "{"), (200, "{}"), (201, ""), (202, whole), (204, "")] {
            #expect(API.submitted(Self.answer(status, body)) == .unreadable(status))
            #expect(API.moved(Self.answer(status, body)) == .unreadable(status))
        }
        #expect(API.submitted(Self.answer(201, #"{"seq":4}"#)) == .unreadable(201))
        #expect(API.moved(Self.answer(200, #"{"request_id":"a"}"#)) == .unreadable(200))
        #expect(API.moved(Self.answer(201, #"{"seq":4}"#)) == .unreadable(201))
        #expect(Acknowledgements.problems([.unknown, .request("a"), .moved(seq: 2), .untold(503), nil]) == [])
        #expect(
            Acknowledgements.problems([.unreadable(201), .unreadable(200), nil, .unreadable(201)]) == [
                "I1: 1 answers were 200 and did not say what was done", "I1: 2 answers were 201 and did not say what was done",
            ])
    }

    @Test func `Who is sent away without being told when to come back is seen`() {
        for status in [429, 503] {
            for retryAfter in [nil, "", "soon", "0", "-1"] {
                let outcome = API.submitted(Self.answer(status, retryAfter: retryAfter))
                #expect(outcome == .untold(status))
                #expect(SentAway.problems([outcome, nil, outcome]).count == 1)
            }
        }
        #expect(SentAway.problems([.overloaded, .unknown, .refused(429), nil]) == [])
        #expect(SentAway.problems([.untold(429), .untold(503)]).count == 2)
    }
}
