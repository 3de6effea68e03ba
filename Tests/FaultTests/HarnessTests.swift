import TestSupport
import Testing

/// The harness itself, for a short while: `deploy/faults` runs it for as long as one likes.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct HarnessTests {
    @Test func `Nothing is lost or doubled in a few seeds of trouble, and mistakes made on purpose are noticed`() async throws {
        let (status, text) = try await Programs.outcome(of: "Faults", ["gate"])
        #expect(status == 0, "\(text)")
    }
}
