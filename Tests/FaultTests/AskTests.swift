import PostgresClient
import Testing

@testable import Faults

/// What the harness asks a database that may be away.
struct AskTests {
    @Test func `A server that is away for too long has told nothing of Tuesday`() async throws {
        let pool = PostgresPool(PostgresSettings(conninfo: "host=/nowhere", maximumConnections: 1))
        let began = ContinuousClock.now
        await #expect(throws: HarnessFailure.self) { try await pool.ask(patience: .milliseconds(350)) { _ in } }
        #expect(ContinuousClock.now - began >= .milliseconds(350))
        await pool.close()
    }
}
