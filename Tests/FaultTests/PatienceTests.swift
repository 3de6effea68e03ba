import Testing

@testable import Faults

struct PatienceTests {
    private let healed = ContinuousClock.now

    private func deadline(_ looks: [(seconds: Int, isHealed: Bool)]) -> Duration {
        var patience = Patience(.seconds(75), from: healed)
        for look in looks { patience.look(isHealed: look.isHealed, at: healed + .seconds(look.seconds)) }
        return patience.deadline - healed
    }

    @Test func `It ends when it is over`() {
        #expect(deadline([]) == .seconds(75))
        #expect(deadline([(10, true), (70, true)]) == .seconds(75))
    }

    @Test func `It begins when brokers have nothing more to answer wrongly`() {
        #expect(deadline([(10, false), (20, false), (30, true)]) == .seconds(95))
        #expect(deadline([(20, false), (40, true), (50, true)]) == .seconds(95))
    }

    @Test func `Where nobody asks for what they were to answer it ends all the same`() {
        #expect(deadline([(60, false), (74, false), (120, false), (149, false)]) == .seconds(150))
    }
}
