/// What concurrent transactions may see of each other.
public enum PostgresIsolation: Sendable, Hashable, CaseIterable {
    /// Each statement sees what was committed before it began.
    case readCommitted
    /// All statements see what was committed before the first.
    case repeatableRead
    /// As if transactions ran one after the other; expect `.serialization` failures.
    case serializable
    /// `repeatableRead` for reading only: one consistent picture.
    case snapshot

    var begin: PostgresStatement {
        switch self {
        case .readCommitted: "begin isolation level read committed"
        case .repeatableRead: "begin isolation level repeatable read"
        case .serializable: "begin isolation level serializable"
        case .snapshot: "begin isolation level repeatable read, read only"
        }
    }
}

/// When a transaction's body is run again.
public struct PostgresRetry: Sendable, Hashable {
    /// How often the body is run at most.
    public let attempts: Int
    /// The failures that are worth another run.
    public let kinds: Set<PostgresFailure.Kind>

    /// Serialization failures and deadlocks, after which the server has undone everything.
    public static func serialization(attempts: Int) -> PostgresRetry {
        PostgresRetry(attempts: max(1, attempts), kinds: [.serialization, .deadlock])
    }

    /// The body is run once.
    public static let never = PostgresRetry(attempts: 1, kinds: [])

    /// Somewhere between nothing and 10 ms doubled with each attempt, up to a second: those who collided part.
    func pause(after attempt: Int) -> Duration {
        .milliseconds(Double.random(in: 0...Double(min(1000, 10 << min(attempt, 10)))))
    }
}

extension PostgresPool {
    /// Runs `body` between `begin` and `commit` on one connection.
    ///
    /// An error of `body` rolls back and is thrown. After a failure that `retry` names, the whole body is run again in a
    /// new transaction, so it must have no effects elsewhere. `begin` travels with the body's first call. A body may end
    /// the transaction itself, as the last call of a pipeline (`commit`), which saves a round trip.
    ///
    /// The commit is not interrupted by cancellation. When its answer is lost, `.ambiguousCommit` is thrown and
    /// nothing is retried: look whether it happened.
    @discardableResult
    nonisolated(nonsending)
    public func transaction<R: Sendable>(
        _ isolation: PostgresIsolation = .readCommitted, retry: PostgresRetry = .serialization(attempts: 5),
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> R
    ) async throws -> R {
        var attempt = 1
        while true {
            do {
                return try await withConnection { connection in
                    connection.delay(begin: isolation.begin)
                    let value = try await body(connection)
                    try await connection.commit(within: settings.commitTimeout)
                    return value
                }
            } catch let failure as PostgresFailure where retry.kinds.contains(failure.kind) && attempt < retry.attempts {
                try await Task.sleep(for: retry.pause(after: attempt))
                attempt += 1
            }
        }
    }
}

extension PostgresConnection {
    /// Ends the transaction, unless the body has done so or never began to use it.
    func commit(within deadline: Duration) async throws {
        let delayed = takeDelayed()
        if delayed.calls.isEmpty {
            guard delayed.begin == nil else { return }
            if let closedBy { throw closedBy }
            guard isInTransaction else { return }
        }
        _ = try await pipeline(
            [PostgresCall("commit")], after: delayed.all, deadline: deadline, shielded: true)
    }

    /// Undoes what is open. A failure closes the connection, which undoes it as well.
    func rollBack() async {
        do {
            _ = try await pipeline([PostgresCall("rollback")], deadline: .seconds(10), shielded: true)
        } catch {
            close()
        }
    }
}
