/// What a borrower does with a connection.
extension PostgresConnection {
    /// Runs one statement and returns all its rows.
    ///
    /// Outside a transaction a statement that writes commits by itself; if the connection is lost meanwhile the failure
    /// is `.unavailable` and the write may or may not have happened.
    /// `deadline` bounds the wait on this side: past it the connection is closed and `.statementTimeout` thrown.
    @discardableResult
    public func query(
        _ sql: PostgresStatement, _ parameters: [PostgresParameter] = [], deadline: Duration? = nil
    ) async throws -> PostgresResult {
        try await pipeline([PostgresCall(sql, parameters)], deadline: deadline)[0]
    }

    /// Runs calls in order in one round trip, and returns their results in order.
    ///
    /// The first failure is thrown, with its place in `statementIndex`; the server has skipped the calls after it.
    /// Without `begin` in it, and outside a transaction, the pipeline is one transaction of its own.
    /// With a `commit` in it, a connection lost after the commit was sent and before it was answered throws
    /// `.ambiguousCommit`; a commit the server turned into a rollback throws too.
    @discardableResult
    public func pipeline(_ calls: [PostgresCall], deadline: Duration? = nil) async throws -> [PostgresResult] {
        for case .inferred(let text) in calls.lazy.flatMap(\.parameters).map(\.value) where text.utf8.contains(0) {
            throw PostgresFailure(.other, "text for PostgreSQL must not contain U+0000", sqlState: "22021")
        }
        return try await pipeline(calls, after: takeDelayed().all, deadline: deadline, shielded: false)
    }

    /// - Parameter delayed: calls that go in front and whose results nobody sees, but for the failure of one.
    func pipeline(
        _ calls: [PostgresCall], after delayed: [PostgresCall] = [], deadline: Duration?, shielded: Bool
    ) async throws -> [PostgresResult] {
        let all = delayed + calls
        guard !all.isEmpty else { return [] }
        let deadline = deadline ?? defaultDeadline(for: all.count)
        return try await run(PipelineExchange(all, hidden: delayed.count), deadline: deadline, shielded: shielded)
    }

    /// Runs a text of many statements by the simple protocol: migrations. The first failure ends it; unless the text
    /// says otherwise, all of it is one transaction.
    public func execute(script: String) async throws {
        try await pipeline([])  // sends what was delayed
        _ = try await run(ScriptExchange(script))
    }

    /// Writes rows into `target`, a table with its columns such as `tuesday.event (request_id, seq)`, and returns how
    /// many. `target` becomes part of the statement: never make it from outside input.
    ///
    /// They are copied, which takes two round trips. Within a transaction a few rows take none: they travel with the
    /// next call, as an `insert`.
    ///
    /// A refused row fails the whole copy, and the transaction with it: see `savepoint(_:)`. Of a few rows within a
    /// transaction, the next call tells.
    @discardableResult
    public func copy(into target: String, _ rows: PostgresCopyBuffer) async throws -> Int {
        if rows.rowCount <= Self.fewRows, let insert = rows.insert(into: target), delay(insert) { return rows.rowCount }
        try await pipeline([])  // sends what was delayed
        return try await run(CopyExchange(target: target, rows), deadline: defaultDeadline(for: 1)).last?.affected ?? 0
    }

    /// Up to here two round trips cost more than what an insert's arrays cost beyond a copy.
    private static let fewRows = 256

    /// Runs `body` so that its failure undoes only what `body` did: the transaction goes on after the error was caught.
    /// Only inside a transaction. May be nested.
    nonisolated(nonsending)
    public func savepoint<R: Sendable>(
        _ body: nonisolated(nonsending) () async throws -> R
    ) async throws -> R {
        try await query("savepoint body")
        do {
            let value = try await body()
            try await query("release savepoint body")
            return value
        } catch {
            _ = takeDelayed()
            // A closed connection has nothing to roll back to; the error says why.
            if closedBy == nil {
                _ = try await pipeline(
                    [PostgresCall("rollback to savepoint body"), PostgresCall("release savepoint body")],
                    deadline: .seconds(60), shielded: true)
            }
            throw error
        }
    }
}
