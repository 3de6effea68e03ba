import Testing

@testable import Faults

struct PatienceTests {
    private let healed = ContinuousClock.now

    private func deadline(_ looks: [(seconds: Int, left: Quiet.Left?, isHealed: Bool)]) -> Duration {
        var patience = Patience(.seconds(75), from: healed)
        for look in looks { patience.look(look.left, isHealed: look.isHealed, at: healed + .seconds(look.seconds)) }
        return patience.deadline - healed
    }

    private func left(_ step: Int, _ count: Int64) -> Quiet.Left { Quiet.Left(step: step, count: count, sentence: "") }

    @Test func `It ends when it is over`() {
        #expect(deadline([]) == .seconds(75))
        #expect(deadline([(10, nil, true), (70, left(2, 700), true)]) == .seconds(75))
    }

    @Test func `It begins when brokers have nothing more to answer wrongly`() {
        #expect(deadline([(10, nil, false), (20, nil, false), (30, nil, true)]) == .seconds(95))
        #expect(deadline([(20, nil, false), (40, nil, true), (50, nil, true)]) == .seconds(95))
    }

    @Test func `It goes on while less is left than ever before`() {
        #expect(deadline([(10, left(2, 700), true), (70, left(2, 699), true)]) == .seconds(145))
        #expect(deadline([(10, left(2, 1), true), (70, left(3, 900), true)]) == .seconds(145))
    }

    @Test func `What stands still, or comes and goes, is no progress`() {
        #expect(deadline([(10, left(2, 700), true), (70, left(2, 700), true)]) == .seconds(75))
        #expect(deadline([(10, left(2, 700), true), (20, left(0, 5), true), (30, left(0, 4), true)]) == .seconds(75))
        #expect(deadline([(10, left(2, 700), true), (20, left(2, 900), true), (30, left(2, 800), true)]) == .seconds(75))
        #expect(deadline([(10, left(2, 700), true), (20, nil, true), (30, left(2, 700), true)]) == .seconds(75))
    }

    @Test func `Neither progress nor what nobody asks for makes it last for ever`() {
        let asked = stride(from: 60, to: 600, by: 60).map { (seconds: $0, left: nil as Quiet.Left?, isHealed: false) }
        #expect(deadline(asked) == .seconds(300))
        let nearer = stride(from: 60, to: 600, by: 60).map { (seconds: $0, left: left(2, Int64(1_000 - $0)), isHealed: true) }
        #expect(deadline(nearer) == .seconds(300))
    }
}
