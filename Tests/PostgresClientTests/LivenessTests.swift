import CLibpq
import TestSupport
import Testing

@testable import PostgresClient

/// How a server that is gone without a word is noticed.
@Suite struct LivenessTests {
    /// What libpq was told for a connection, by keyword.
    private func told(_ conninfo: String = "") async throws -> [String: String] {
        let settings = PostgresSettings(conninfo: try await TestPostgres.conninfo() + conninfo)
        let pointer = try await ConnectThread.shared.open(settings).pointer
        defer { PQfinish(pointer) }
        let options = try #require(PQconninfo(pointer))
        defer { PQconninfoFree(options) }
        var told: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { told[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return told
    }

    @Test func `a connection asks whether the other side is there, and gives up within half a minute`() async throws {
        let told = try await told()
        let seconds = try ["keepalives_idle", "keepalives_interval", "keepalives_count"].map { try #require(Int(told[$0] ?? "")) }
        #expect(seconds[0] + seconds[1] * seconds[2] <= 30)
        #expect(told["tcp_user_timeout"] == "60000")
    }

    @Test func `what a connection string says of it stands`() async throws {
        let told = try await told(" keepalives_idle=77 tcp_user_timeout=5000")
        #expect(told["keepalives_idle"] == "77")
        #expect(told["tcp_user_timeout"] == "5000")
        #expect(told["keepalives_interval"] == "5")
    }
}
