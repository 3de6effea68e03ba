import Foundation
import TestSupport
import Testing

/// Runs the simulation, a program of its own because it takes the clocks and the scheduler of its process in hand.
@Suite(.serialized, .timeLimit(.minutes(60)))
struct SimulationTests {
    /// How many seeds, from which on; `TUESDAY_TEST_SEEDS` and `TUESDAY_TEST_FIRST_SEED` say more.
    private static let environment = ProcessInfo.processInfo.environment
    private static let seeds = environment["TUESDAY_TEST_SEEDS"] ?? "3000"
    private static let first = environment["TUESDAY_TEST_FIRST_SEED"] ?? "1"

    @Test func `No seed breaks an invariant`() async throws {
        let (status, text) = try await Self.simulate("--seeds", Self.seeds, "--from", Self.first)
        #expect(status == 0, "\(text)")
        print(text.split(separator: "\n").last.map(String.init) ?? "")
    }

    @Test func `Every mistake made on purpose is noticed within 500 seeds`() async throws {
        let (status, text) = try await Self.simulate("--planted", "--seeds", "500")
        #expect(status == 0, "\(text)")
        print(text, terminator: "")
    }

    @Test func `The same seed gives the same run to the last step`() async throws {
        for seed in ["1", "4", "19"] {
            let once = try await Self.simulate("--seeds", "1", "--from", seed, "--trace")
            let again = try await Self.simulate("--seeds", "1", "--from", seed, "--trace")
            #expect(once.text == again.text)
            #expect(once.text.count > 500)
        }
    }

    private static func simulate(_ arguments: String...) async throws -> (status: Int32, text: String) {
        try await Programs.outcome(of: "Simulation", arguments)
    }
}
