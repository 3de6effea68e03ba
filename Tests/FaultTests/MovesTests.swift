import Testing

@testable import Faults

struct MovesTests {
    private static let calls = [
        3: Moves.Call(request: "a", move: "acknowledge", outcome: .moved(seq: 3)),
        4: Moves.Call(request: "a", move: "start", outcome: .refused(409)),
        5: Moves.Call(request: "b", move: "withdraw", outcome: .unknown),
    ]
    private static let event = Moves.Event(request: "a", seq: 3, type: 4, mark: "call 3")

    @Test func `What was answered happened, and what has no answer may have`() {
        #expect(Moves.problems(Self.calls, [Self.event]) == [])
        #expect(Moves.problems(Self.calls, [Self.event, .init(request: "b", seq: 3, type: 11, mark: "call 5")]) == [])
    }

    @Test(arguments: [
        ([], "it is nothing"),
        ([.init(request: "a", seq: 4, type: 4, mark: "call 3")], "it is event 4"),
        ([event, .init(request: "a", seq: 4, type: 5, mark: "call 4")], "was refused with 409"),
        ([event, .init(request: "a", seq: 4, type: 5, mark: nil)], "nobody asked for event 4"),
        ([event, .init(request: "a", seq: 4, type: 5, mark: "call 9")], "nobody asked for event 4"),
        ([event, .init(request: "c", seq: 3, type: 11, mark: "call 5")], "a withdraw of request b became event 3 of request c"),
        ([event, .init(request: "b", seq: 3, type: 6, mark: "call 5")], "a withdraw of request b became"),
        (
            [event, .init(request: "b", seq: 3, type: 11, mark: "call 5"), .init(request: "b", seq: 4, type: 11, mark: "call 5")],
            "one withdraw became"
        ),
    ] as [([Moves.Event], String)])
    func `An event that is missing, unasked for, refused, altered or doubled is seen`(events: [Moves.Event], words: String) {
        let found = Moves.problems(Self.calls, events)
        #expect(found.count == 1 && found[0].contains(words), "\(found)")
    }

    @Test func `What was to follow an event follows no other`() {
        var calls = Self.calls
        // Sent again, as no answer came.
        for number in 6...7 { calls[number] = Moves.Call(request: "b", move: "withdraw", after: 2, outcome: .unknown) }
        #expect(Moves.problems(calls, [Self.event, .init(request: "b", seq: 3, type: 11, mark: "call 7")]) == [])
        let twice: [Moves.Event] = [3, 4].map { .init(request: "b", seq: $0, type: 11, mark: "call \($0 + 3)") }
        let found = Moves.problems(calls, [Self.event] + twice)
        #expect(found == ["I1: a withdraw that was to follow event 2 is event 4 of request b"])
    }

    @Test func `Two moves are not one event`() {
        var calls = Self.calls
        calls[6] = Moves.Call(request: "a", move: "acknowledge", outcome: .moved(seq: 3))
        #expect(Moves.problems(calls, [Self.event]).count == 1)
    }
}
