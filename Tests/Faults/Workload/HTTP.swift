import AsyncHTTPClient
import Foundation

/// HTTP as clients of the harness speak it.
enum HTTP {
    /// Opens as many connections as there are calls at once: otherwise they would wait here, and not at the intake.
    static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_000
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    static func isReady(_ adminPort: Int) async -> Bool { await readiness(adminPort)?.isReady == true }

    /// What `/readyz` says; nil while nobody answers.
    static func readiness(_ adminPort: Int) async -> (isReady: Bool, text: String)? {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(adminPort)/readyz")
        // Refused connections and silence say "not yet".
        guard let response = try? await client.execute(request, timeout: .seconds(3)) else { return nil }
        let body = try? await response.body.collect(upTo: 1 << 16)
        return (response.status == .ok, body.map { String(buffer: $0) } ?? "")
    }
}
