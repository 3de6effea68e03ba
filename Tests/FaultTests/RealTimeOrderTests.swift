import Domain
import Testing

@testable import Faults

struct RealTimeOrderTests {
    /// Received, assigned to C1, acknowledged by call 1, started by call 2, taken by call 3, assigned to C2.
    private static let life: [RealTimeOrder.Event] = [
        event(1, .received), event(2, .assigned, owner: "cadre:C1"), event(3, .acknowledged, call: 1),
        event(4, .started, call: 2), event(5, .handedOver, call: 3), event(6, .assigned, owner: "cadre:C2"),
    ]

    private static func event(
        _ seq: Int, _ type: EventType, call: Int? = nil, owner: String? = nil
    ) -> RealTimeOrder.Event {
        .init(seq: seq, type: type.rawValue, mark: call.map { Moves.mark($0) }, owner: owner)
    }

    private static func call(
        _ number: Int, _ move: String, by actor: String = "cadre:C1", _ milliseconds: ClosedRange<Int>?, began: Int? = nil,
        _ outcome: History.Outcome?
    ) -> RealTimeOrder.Call {
        .init(
            number: number, request: "a", move: move, actor: actor,
            invoked: .milliseconds(began ?? milliseconds?.lowerBound ?? 0),
            returned: milliseconds.map { .milliseconds($0.upperBound) }, outcome: outcome)
    }

    private static func problems(_ calls: [RealTimeOrder.Call]) -> [String] {
        RealTimeOrder.problems(calls, ["a": life])
    }

    @Test func `What was asked for after an answer happened after it`() {
        let first = Self.call(1, "acknowledge", 10...20, .moved(seq: 3))
        #expect(Self.problems([first, Self.call(2, "start", 21...30, .moved(seq: 4))]) == [])
        // Both at once: either may be first.
        let late = Self.call(1, "acknowledge", 25...40, .moved(seq: 3))
        #expect(Self.problems([late, Self.call(2, "start", 10...30, .moved(seq: 4))]) == [])
        let found = Self.problems([Self.call(1, "acknowledge", 31...40, .moved(seq: 3)), Self.call(2, "start", 10...30, .moved(seq: 4))])
        #expect(found.count == 1 && found[0].contains("the start was answered as event 4 before the acknowledge"), "\(found)")
    }

    @Test func `So did what has no answer`() {
        let before = Self.call(2, "start", 10...30, .moved(seq: 4))
        #expect(Self.problems([before, Self.call(1, "acknowledge", nil, began: 31, .unknown)]).count == 1)
        #expect(Self.problems([before, Self.call(1, "acknowledge", nil, began: 29, .unknown)]) == [])
        // Its own answer says nothing, as none came.
        #expect(Self.problems([Self.call(2, "start", 10...30, .unknown), Self.call(1, "acknowledge", 31...40, .moved(seq: 3))]) == [])
    }

    @Test func `Other requests have an order of their own`() {
        var other = Self.call(9, "rate", by: "resident", 31...40, .moved(seq: 2))
        other.request = "b"
        let lives = ["a": Self.life, "b": [Self.event(2, .rated, call: 9)]]
        #expect(RealTimeOrder.problems([Self.call(2, "start", 10...30, .moved(seq: 4)), other], lives) == [])
    }

    @Test func `A refusal was right at an instant while it was asked for`() {
        let started = Self.call(2, "start", 10...20, .moved(seq: 4))
        // C1 is the owner of a started request until call 3.
        let taken = Self.call(3, "hand_over", by: "supervisor", 40...50, .moved(seq: 5))
        let resolve = Self.call(4, "resolve", 45...60, .refused(409))
        #expect(Self.problems([started, taken, resolve]) == [])
        let early = Self.call(4, "resolve", 25...39, .refused(409))
        let found = Self.problems([started, taken, early])
        #expect(found.count == 1 && found[0].contains("from event 4 to 4"), "\(found)")
        // It may have come before the start, for all anybody knows, but then the state was not against it either.
        #expect(Self.problems([started, taken, Self.call(4, "resolve", 15...39, .refused(409))]) == [])
    }

    @Test func `A refusal for what was over before it was asked for is an old look`() {
        // Acknowledging began when the request was waiting, which ended with event 2.
        let assigned = Self.call(1, "acknowledge", 10...20, .moved(seq: 3))
        let started = Self.call(2, "start", 60...70, .moved(seq: 4))
        #expect(Self.problems([assigned, started, Self.call(4, "acknowledge", 30...40, .refused(409))]) == [])
        #expect(Self.problems([assigned, started, Self.call(4, "decline", 30...40, .refused(409))]).count == 1)
        #expect(Self.problems([assigned, started, Self.call(4, "decline", by: "cadre:C2", 30...40, .refused(409))]) == [])
        #expect(Self.problems([assigned, started, Self.call(4, "decline", 30...61, .refused(409))]) == [])
    }

    @Test func `What is well formed is refused by rules only`() {
        let found = Self.problems([Self.call(4, "withdraw", by: "resident", 10...20, .refused(404))])
        #expect(found.count == 1 && found[0].contains("404"), "\(found)")
    }

    @Test func `Rating and answering are refused for reasons of their own`() {
        let life = [
            Self.event(1, .received), Self.event(2, .assigned, owner: "cadre:C1"), Self.event(3, .resolved, call: 1),
            Self.event(4, .rated, call: 2),
        ]
        let calls = [
            Self.call(1, "resolve", 10...20, .moved(seq: 3)), Self.call(2, "rate", by: "resident", 30...40, .moved(seq: 4)),
        ]
        func problems(_ call: RealTimeOrder.Call) -> [String] { RealTimeOrder.problems(calls + [call], ["a": life]) }
        #expect(problems(Self.call(3, "rate", by: "resident", 41...50, .refused(409))) == [])
        #expect(problems(Self.call(3, "rate", by: "resident", 21...29, .refused(409))).count == 1)
        #expect(problems(Self.call(3, "resolve", by: "supervisor", 1...5, .refused(409))) == [])
    }

    @Test func `What was to follow an event is refused when another is the last`() {
        let assigned = Self.call(1, "acknowledge", 10...20, .moved(seq: 3))
        let started = Self.call(2, "start", 60...70, .moved(seq: 4))
        func problems(after: Int) -> [String] {
            var decline = Self.call(4, "decline", 30...40, .refused(409))
            decline.after = after
            return Self.problems([assigned, started, decline])
        }
        #expect(problems(after: 2) == [])
        #expect(problems(after: 3).count == 1)
        #expect(problems(after: 4) == [])
    }
}
