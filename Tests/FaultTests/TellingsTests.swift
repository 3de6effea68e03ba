import Testing

@testable import Faults

struct TellingsTests {
    private static let told = Tellings.Telling(request: "a", what: "event: breach of resolve", at: 100)

    private static func problems(_ told: [Tellings.Telling], of expected: [Tellings.Telling] = [told]) -> [String] {
        Tellings.problems("I5", expected: expected, told: told)
    }

    @Test func `What fired is told once, and nothing else`() {
        var late = Self.told
        late.at = 101
        #expect(Self.problems([Self.told]) == [])
        #expect(Self.problems([]).count == 1)
        #expect(Self.problems([Self.told], of: []).count == 1)
        #expect(Self.problems([Self.told, Self.told]).count == 1)
        #expect(Self.problems([late]).count == 2)
    }

    @Test func `Each assignment is told its own cadre, once`() {
        let first = Tellings.Telling(request: "a", what: "notification: assigned to cadre:1", at: 10)
        var second = first
        (second.what, second.at) = ("notification: assigned to cadre:2", 20)
        var astray = second
        astray.what = "notification: assigned to cadre:3"
        #expect(Self.problems([second, first], of: [first, second]) == [])
        #expect(Self.problems([first], of: [first, second]).count == 1)
        #expect(Self.problems([first, second, second], of: [first, second]).count == 1)
        #expect(Self.problems([first, astray], of: [first, second]).count == 2)
        // The first again stands for no second.
        #expect(Self.problems([first, first], of: [first, second]).count == 2)
    }
}
