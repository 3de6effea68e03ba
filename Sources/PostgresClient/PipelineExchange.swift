import CLibpq
import Failpoints

/// Any number of calls and one synchronisation point, in one round trip.
///
/// Sending stops when the socket is full and goes on when it drains, while answers are received all along: otherwise
/// the server, blocked on answers nobody reads, would never read the rest of the calls.
/// After the first failed call the server skips the others, and calls not sent yet are not sent.
final class PipelineExchange: Exchange {
    private enum Awaited {
        case preparation(Link.PreparedKey)
        case answer(Int)
        case synchronisation
    }

    private let calls: [PostgresCall]
    /// How many calls at the front were delayed (`begin`, inserts) and stay out of the results and indices.
    private let hidden: Int
    private var sentCount = 0
    private var isSynchronised = false
    private var hasBegun = false
    private var awaited: [Awaited] = []
    private var awaitedHead = 0
    /// Each command's results are followed by an end mark of their own.
    private var awaitsEnd = false
    private var results: [PostgresResult] = []
    private var failure: PostgresFailure?
    private var commitFailure: PostgresFailure?

    init(_ calls: [PostgresCall], hidden: Int) {
        self.calls = calls
        self.hidden = hidden
        results.reserveCapacity(calls.count)
    }

    private static let flushThreshold = 64 * 1024

    func advance(_ link: Link) -> ExchangeStep {
        if !hasBegun {
            hasBegun = true
            link.setPipelineMode(true)
        }
        while link.lost == nil {
            send(link)
            let skippedBefore = failure != nil
            if let step = receive(link) { return step }
            // A failure while calls are still unsent: synchronise now instead of sending what would be skipped.
            guard !isSynchronised, failure != nil, !skippedBefore else { break }
        }
        return .waiting
    }

    private func send(_ link: Link) {
        if link.wantsWriting, !link.flush() { return }
        while failure == nil, sentCount < calls.count, link.lost == nil {
            if link.unflushedByteCount > Self.flushThreshold, !link.flush() { return }
            if let key = link.send(calls[sentCount]) { awaited.append(.preparation(key)) }
            awaited.append(.answer(sentCount))
            sentCount += 1
        }
        guard !isSynchronised, link.lost == nil else { return }
        isSynchronised = true
        awaited.append(.synchronisation)
        link.check(PQpipelineSync(link.pointer))
        link.flush()
        if calls.last?.statement.isCommit == true { failpoint("commit.sent") }
    }

    private func receive(_ link: Link) -> ExchangeStep? {
        while awaitedHead < awaited.count {
            switch link.receive() {
            case .nothingYet: return nil
            case .end:
                // An end mark that was not due: libpq has nothing although an answer is awaited.
                guard awaitsEnd else {
                    if PQstatus(link.pointer) == CONNECTION_BAD { link.loseAfterClose() }
                    return nil
                }
                awaitsEnd = false
                awaitedHead += 1
            case .result(let result, let status):
                if case .synchronisation = awaited[awaitedHead], status == PGRES_PIPELINE_SYNC {
                    PQclear(result)
                    return .finished(outcome)
                }
                awaitsEnd = true
                take(result, status, link)
                if link.lost != nil { return nil }
            }
        }
        return nil
    }

    private func take(_ result: OpaquePointer, _ status: ExecStatusType, _ link: Link) {
        switch (awaited[awaitedHead], status) {
        case (.answer(let index), PGRES_TUPLES_OK), (.answer(let index), PGRES_COMMAND_OK),
            (.answer(let index), PGRES_EMPTY_QUERY):
            let answer = PostgresResult(result)
            if calls[index].statement.isCommit, answer.commandTag == "ROLLBACK", commitFailure == nil {
                commitFailure = PostgresFailure(
                    .other, "commit was answered with rollback, because a statement before it had failed",
                    sqlState: "25P02", statementIndex: visible(index))
            }
            if index >= hidden { results.append(answer) }
            return
        case (.preparation, PGRES_COMMAND_OK): break
        case (.preparation(let key), PGRES_PIPELINE_ABORTED): link.forget(key)
        case (.answer, PGRES_PIPELINE_ABORTED): break
        case (let place, PGRES_FATAL_ERROR): fail(place, result, link)
        default:
            link.lose(
                PostgresFailure(.other, "the server answered a pipeline with \(String(cString: PQresStatus(status)))"))
        }
        PQclear(result)
    }

    private func fail(_ place: Awaited, _ result: OpaquePointer, _ link: Link) {
        var (error, endsConnection) = ServerError.read(result)
        switch place {
        case .preparation(let key):
            link.forget(key)
            // The call it was for comes right after it.
            if awaitedHead + 1 < awaited.count, case .answer(let index) = awaited[awaitedHead + 1] {
                error = error.at(statement: visible(index))
            }
        case .answer(let index): error = error.at(statement: visible(index))
        case .synchronisation: break
        }
        // libpq makes up results without SQLSTATE when it lost the server.
        if endsConnection || (error.sqlState == nil && PQstatus(link.pointer) == CONNECTION_BAD) {
            link.lose(
                PostgresFailure(
                    kind: error.kind == .ambiguousCommit ? .ambiguousCommit : .unavailable, message: error.message,
                    sqlState: error.sqlState, constraint: nil, statementIndex: error.statementIndex, privateDetail: nil))
            return
        }
        if failure == nil { failure = error }
    }

    private func visible(_ index: Int) -> Int? {
        index >= hidden && calls.count - hidden > 1 ? index - hidden : nil
    }

    private var outcome: Result<[PostgresResult], PostgresFailure> {
        if let failure = failure ?? commitFailure { return .failure(failure) }
        return .success(results)
    }

    /// A commit that was sent may have taken effect, unless a call before it is known to have failed (then the server
    /// skips it). A commit *answered* by the error that ends the connection is still unknown: waiting for a standby, say,
    /// is interrupted after the commit record was written. One answered well, whose pipeline then lost its end, has
    /// happened, and the caller must not take the loss for a rollback either.
    func failure(losing reason: PostgresFailure) -> PostgresFailure {
        if let failure { return failure }
        guard let commit = calls[..<sentCount].firstIndex(where: { $0.statement.isCommit }) else { return reason }
        if isAnsweredByServer(reason, before: commit) { return reason }
        return reason.at(statement: visible(commit)).leavingCommitUnknown
    }

    /// Whether the server's last word belongs to a call before `commit`: then it never got that far.
    private func isAnsweredByServer(_ reason: PostgresFailure, before commit: Int) -> Bool {
        guard reason.sqlState != nil, awaitsEnd, awaitedHead < awaited.count else { return false }
        switch awaited[awaitedHead] {
        case .answer(let index): return index < commit
        case .preparation:
            guard awaitedHead + 1 < awaited.count, case .answer(let index) = awaited[awaitedHead + 1] else { return false }
            return index <= commit
        case .synchronisation: return false
        }
    }
}
