import AsyncHTTPClient
import Foundation
import TestSupport

/// The project's executables, run to their end.
enum Programs {
    @discardableResult
    static func run(_ program: String, _ arguments: [String], environment: [String: String]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let process = Process()
                        process.executableURL = URL(fileURLWithPath: "\(WorkerProcess.folder)/\(program)")
                        process.arguments = arguments
                        process.environment = environment
                        let output = Pipe()
                        process.standardOutput = output
                        process.standardError = output
                        try process.run()
                        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                        process.waitUntilExit()
                        guard process.terminationStatus == 0 else {
                            throw ScenarioFailure("\(program) \(arguments.joined(separator: " ")): \(text)")
                        }
                        return text
                    })
            }
        }
    }
}

/// HTTP as clients of the harness speak it.
enum HTTP {
    static func isReady(_ adminPort: Int) async -> Bool {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(adminPort)/readyz")
        // Refused connections and silence say "not yet".
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(3)) else { return false }
        _ = try? await response.body.collect(upTo: 1 << 16)
        return response.status == .ok
    }
}
