import Logging
import Testing

@testable import Runtime

@Suite struct WorkerPartsTests {
    private func postgres(_ environment: [String: String] = [:]) throws -> Duration? {
        let context = WorkerContext(
            program: .stats, version: "1",
            settings: try Settings.read(program: .stats, arguments: [], environment: environment) { _ in nil },
            logger: Logger(label: "test"), health: HealthRegister(), metrics: MetricRegistry())
        return WorkerParts.postgres(context).statementTimeout
    }

    @Test func `a worker waits for no statement for ever, unless it is told to`() throws {
        #expect(try postgres() == .seconds(300))
        #expect(try postgres(["TUESDAY_POSTGRES_STATEMENT_TIMEOUT_SECONDS": "7"]) == .seconds(7))
        #expect(try postgres(["TUESDAY_POSTGRES_STATEMENT_TIMEOUT_SECONDS": "0"]) == nil)
    }
}
