import PostgresClient
import Synchronization
import TestSupport
import Testing

/// A pool on the tests' server; each connection sees a temporary schema of its own for tables.
func makePool(_ connections: Int = 4, _ change: (inout PostgresSettings) -> Void = { _ in }) async throws -> PostgresPool {
    var settings = PostgresSettings(conninfo: try await TestPostgres.conninfo(), maximumConnections: connections)
    // Callers wait for their turn while every core is at other tests.
    settings.acquireTimeout = .seconds(120)
    change(&settings)
    return PostgresPool(settings)
}

/// Runs `body` with one connection of a pool of its own.
func withConnection<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
    let pool = try await makePool(1)
    do {
        let value = try await pool.withConnection { try await body($0) }
        await pool.close()
        return value
    } catch {
        await pool.close()
        throw error
    }
}

/// The failure that `body` throws; anything else is recorded as an issue.
func failure(of body: () async throws -> Void) async -> PostgresFailure? {
    do {
        try await body()
        Issue.record("no failure was thrown")
    } catch let failure as PostgresFailure {
        return failure
    } catch {
        Issue.record(error)
    }
    return nil
}

/// Waits for a fact that another process or thread brings about; false when it did not come within 20 seconds.
func eventually(_ fact: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
        if try await fact() { return true }
        await Task.yield()
    }
    return false
}

/// A value that several tasks of a test change.
final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    func change<R: Sendable>(_ body: @Sendable (inout Value) -> R) -> R { state.withLock { body(&$0) } }
}
