import Foundation
import Testing
import TestSupport

/// The harness itself, for a short while: `deploy/faults` runs it for as long as one likes.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct HarnessTests {
    @Test func `Nothing is lost or doubled in a few seeds of trouble, and a mistake made on purpose is noticed`() async throws {
        let (status, text) = try await Self.faults("gate")
        #expect(status == 0, "\(text)")
    }

    private static func faults(_ arguments: String...) async throws -> (status: Int32, text: String) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let process = Process()
                        process.executableURL = URL(fileURLWithPath: "\(WorkerProcess.folder)/Faults")
                        process.arguments = arguments
                        let output = Pipe()
                        process.standardOutput = output
                        process.standardError = output
                        try process.run()
                        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                        process.waitUntilExit()
                        return (process.terminationStatus, text)
                    })
            }
        }
    }
}
