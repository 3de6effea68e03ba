import Domain
import Hummingbird
import HummingbirdTesting
import Testing
import Web
import Workflow

@Suite("Receipts of notifications over HTTP")
struct ReceiptTests {
    @Test("a gateway's receipt reaches the port under the notification's id")
    func known() async throws {
        let ports = FakePorts { $0.receipt = { $0 == MessageID(lane: 12, laneSeq: 345) } }
        try await ports.test { client in
            let answer = try await client.post("/v1/notifications/12-345/receipt", "")
            #expect(answer.status == 204)
        }
    }

    @Test("an id that no notification has is not found", arguments: ["12-346", "12", "x"])
    func unknown(_ id: String) async throws {
        let ports = FakePorts { $0.receipt = { _ in false } }
        try await ports.test { client in
            let answer = try await client.post("/v1/notifications/\(id)/receipt", "")
            #expect(answer.status == 404)
            #expect(try answer.json["type"] as? String == "urn:tuesday:problem:unknown-notification")
        }
    }
}
