import Testing

@testable import Faults

struct FiringsTests {
    private static let firing = Firings.Firing(
        request: "a", kind: 2, epoch: 1, stage: .breach, dueAt: 100, firedAt: 100, isBreached: true, state: 3, assignment: 4,
        timerEpoch: 1)

    private static func problems(_ alter: (inout Firings.Firing) -> Void) -> [String] {
        var altered = firing
        alter(&altered)
        return Firings.problems([altered])
    }

    @Test func `A promise that is due fires`() {
        #expect(Self.problems { _ in } == [])
        #expect(Self.problems { ($0.kind, $0.epoch, $0.state) = (1, 4, 2) } == [])
    }

    @Test func `It fires not before it is due, and not twice`() {
        #expect(Self.problems { $0.firedAt = 99 }.contains { $0.contains("1 microseconds early") })
        #expect(Firings.problems([Self.firing, Self.firing]).contains { $0.contains("fired twice") })
    }

    @Test func `Nothing fires on a request that is closed, reopened, taken up or given to another`() {
        #expect(Self.problems { $0.state = 5 }.contains { $0.contains("state 5") })
        #expect(Self.problems { $0.state = -1 }.count == 1)
        #expect(Self.problems { $0.timerEpoch = 2 }.count == 1)
        #expect(Self.problems { ($0.kind, $0.epoch, $0.state) = (1, 4, 3) }.count == 1)
        #expect(Self.problems { ($0.kind, $0.epoch, $0.state) = (1, 3, 2) }.count == 1)
    }

    @Test func `An escalation follows a breach`() {
        #expect(Self.problems { ($0.stage, $0.isBreached) = (.escalation, false) }.contains { $0.contains("before any breach") })
    }
}
