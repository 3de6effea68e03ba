import Logging
import ServiceLifecycle
import Testing

@testable import Runtime

@Suite(.timeLimit(.minutes(5))) struct WorkerPartsTests {
    private func context(
        _ program: Program, _ environment: [String: String] = [:], health: HealthRegister = HealthRegister()
    ) throws -> WorkerContext {
        WorkerContext(
            program: program, version: "1",
            settings: try Settings.read(program: program, arguments: [], environment: environment) { _ in nil },
            logger: Logger(label: "test"), health: health, metrics: MetricRegistry())
    }

    private func postgres(_ environment: [String: String] = [:]) throws -> Duration? {
        WorkerParts.postgres(try context(.stats, environment)).statementTimeout
    }

    @Test func `a worker waits for no statement for ever, unless it is told to`() throws {
        #expect(try postgres() == .seconds(300))
        #expect(try postgres(["TUESDAY_POSTGRES_STATEMENT_TIMEOUT_SECONDS": "7"]) == .seconds(7))
        #expect(try postgres(["TUESDAY_POSTGRES_STATEMENT_TIMEOUT_SECONDS": "0"]) == nil)
    }

    @Test func `readiness tells of all that goes round`() async throws {
        let (router, followup, stats) = (try context(.router), try context(.followup), try context(.stats))
        _ = try await routerServices(router)
        _ = try await followupServices(followup)
        _ = try await statsServices(stats)
        for (context, name) in [
            (router, "trying waiting requests again"), (followup, "firing deadlines"),
            (stats, "telling of hours that are over"),
        ] {
            #expect(context.health.checks.contains { $0.name == name }, "\(context.program.name)")
        }
    }

    @Test func `a consumer is ready while its group has assigned its partitions, and says why it is not`() async throws {
        let health = HealthRegister(period: .milliseconds(1))
        let parts = try await WorkerParts(try context(.router, health: health))
        func awaits(_ state: HealthState) async {
            while !health.checks.contains(.init(name: "consumer", state: state)) { await Task.yield() }
        }
        try await withThrowingTaskGroup { group in
            group.addTask { try await health.run() }
            await awaits(.notReady("not joined yet"))
            let status = parts.status.successor()
            await awaits(.notReady("joining the group"))
            status.assigned()
            await awaits(.ready)
            status.unassigned("between assignments")
            await awaits(.notReady("between assignments"))
            // Of a consumer that was given up nothing counts any more.
            status.assigned()
            let next = status.successor()
            status.assigned()
            await awaits(.notReady("joining the group"))
            next.assigned()
            await awaits(.ready)
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
