import PostgresClient

extension PostgresPool {
    /// Asks again and again while the server is away: what is wrong with it just now is no answer.
    ///
    /// A server that was killed replays its log before it answers anybody. On a busy machine that has taken 25 seconds, of
    /// which half a second was work.
    ///
    /// - Parameters:
    ///   - patience: so long, and then once more.
    ///   - body: does no harm when it is done twice.
    /// - Throws: `HarnessFailure` when the server was away all the time: nothing was found out about Tuesday. Whatever else
    ///   the server answers.
    func ask<Answer: Sendable>(
        patience: Duration = .seconds(60), _ body: @Sendable (PostgresConnection) async throws -> Answer
    ) async throws -> Answer {
        let deadline = ContinuousClock.now + patience
        while true {
            do { return try await withConnection(body) } catch let failure as PostgresFailure {
                guard [.unavailable, .ambiguousCommit].contains(failure.kind) else { throw failure }
                guard ContinuousClock.now < deadline else {
                    throw HarnessFailure("the server was away for \(patience): \(failure)")
                }
            }
            // A server that is back tells nobody.
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
