import Foundation
import Testing

/// Runs the simulation, a program of its own because it takes the clocks and the scheduler of its process in hand.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct SimulationTests {
    /// How many seeds, from which on; `TUESDAY_TEST_SEEDS` and `TUESDAY_TEST_FIRST_SEED` say more.
    private static let environment = ProcessInfo.processInfo.environment
    private static let seeds = environment["TUESDAY_TEST_SEEDS"] ?? "3000"
    private static let first = environment["TUESDAY_TEST_FIRST_SEED"] ?? "1"

    @Test func `No seed breaks an invariant`() async throws {
        let (status, text) = try await Self.simulate("--seeds", Self.seeds, "--from", Self.first)
        #expect(status == 0, "\(text)")
    }

    @Test func `Every mistake made on purpose is noticed within 200 seeds`() async throws {
        let (status, text) = try await Self.simulate("--planted", "--seeds", "200")
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

    /// On a thread of its own: waiting for minutes on one of the few that all tests share would starve the others.
    private static func simulate(_ arguments: String...) async throws -> (status: Int32, text: String) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try run(arguments) }) }
        }
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(folder)/Simulation")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// Where the executables are: beside the test bundle.
    private static var folder: String {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var folder = URL(fileURLWithPath: bundle ?? own ?? CommandLine.arguments[0]).deletingLastPathComponent()
        if folder.path.contains(".xctest") { folder = folder.deletingLastPathComponent() }
        return folder.path
    }
}
