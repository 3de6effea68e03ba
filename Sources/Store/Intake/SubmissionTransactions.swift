import Contracts
import Domain
import Failpoints
import PostgresClient
import Workflow

/// What a key stands for that was accepted before.
struct KnownSubmission {
    var request: RequestID
    var bodyHash: UInt128
}

/// Acceptance of submissions, in PostgreSQL.
public struct SubmissionTransactions: SubmissionStore {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Filters known keys out, then copies the new requests straight into their tables. When another transaction
    /// accepts one of the keys in between, the unique index says so and the whole is done again.
    ///
    /// Records of a topic are nearly always new: for them the index alone says so first.
    public func accept(
        _ submissions: [ValidSubmission], remainder: BatchRemainder, admission: Admission, ticket: LaneTicket,
        prepared: Prepared<[AcceptOutcome]>
    ) async throws -> LaneCommit {
        var outcomes: [AcceptOutcome] = []
        let presumesNew = remainder.origin != nil
        return try await LaneTransaction.run(
            on: pool, ticket, registers: admission.registers.versions, remainder: remainder,
            reading: presumesNew ? [] : [Self.reading(submissions)], prepare: { prepared.set($0, outcomes) }
        ) { transaction, attempt in
            let known =
                presumesNew && attempt > 0
                ? try await Self.known(of: submissions, on: transaction.connection)
                : try Self.known(transaction.read.first)
            outcomes = try await Self.accept(submissions, admission, known: known, in: &transaction)
            try await transaction.appendRemainder(refusing: presumesNew ? Self.conflicts(outcomes, of: submissions) : [])
        }
    }

    /// Writes what is new, in a transaction that may hold more; one outcome per submission, in order.
    ///
    /// - Parameter known: what was accepted before under the submissions' keys.
    static func accept(
        _ submissions: [ValidSubmission], _ admission: Admission, known: [UInt128: KnownSubmission],
        in transaction: inout LaneTransaction
    ) async throws -> [AcceptOutcome] {
        var known = known
        // Ascending, so that the rows of a batch enter each index side by side.
        var ids = submissions.map { admission.mint($0.history?.acceptedAt ?? transaction.now) }
        if submissions.allSatisfy({ $0.history == nil }) { ids.sort() }
        var arrivals: [Arrival] = []
        arrivals.reserveCapacity(submissions.count)
        let outcomes = zip(submissions, ids).map { submission, id -> AcceptOutcome in
            if let identity = submission.identity, let earlier = known[identity] {
                return earlier.bodyHash == submission.bodyHash ? .repeated(earlier.request) : .conflict
            }
            if let identity = submission.identity {
                known[identity] = KnownSubmission(request: id, bodyHash: submission.bodyHash)
            }
            arrivals.append(Arrival(id, submission, admission, now: transaction.now))
            return .accepted(id)
        }
        try await write(arrivals, in: &transaction)
        return outcomes
    }

    /// Nobody is there to be told of a conflict in a topic, so it is kept as a refusal.
    private static func conflicts(_ outcomes: [AcceptOutcome], of submissions: [ValidSubmission]) -> [RefusedRecord] {
        zip(submissions, outcomes).compactMap { valid, outcome in
            guard outcome == .conflict, let position = valid.position else { return nil }
            return RefusedRecord(
                at: position, channel: valid.submission.channel, sourceID: valid.submission.sourceID,
                problems: FieldProblems([
                    FieldProblem(
                        field: "source_id", code: "conflict",
                        english: "it was accepted before with another content; the first stays",
                        chinese: "此编号已受理过不同内容的诉求，以先受理的为准")
                ]))
        }
    }

    /// What was accepted before under the submissions' keys.
    static func known(
        of submissions: [ValidSubmission], on connection: PostgresConnection
    ) async throws -> [UInt128: KnownSubmission] {
        try known(try await connection.pipeline([reading(submissions)])[0])
    }

    private static func known(_ rows: PostgresResult?) throws -> [UInt128: KnownSubmission] {
        guard let rows else { return [:] }
        var known: [UInt128: KnownSubmission] = [:]
        for row in rows {
            known[try row.uuid(0)] = KnownSubmission(request: RequestID(try row.uuid(1)), bodyHash: try row.uuid(2))
        }
        return known
    }

    /// Asks which keys are known, and what was accepted under them.
    private static func reading(_ submissions: [ValidSubmission]) -> PostgresCall {
        PostgresCall(
            "select key, request_id, body_hash from tuesday.idempotency_key where key = any($1)",
            [.uuids(submissions.compactMap(\.identity))])
    }

    private static func write(_ arrivals: [Arrival], in transaction: inout LaneTransaction) async throws {
        guard !arrivals.isEmpty else { return }
        let connection = transaction.connection
        let keys = arrivals.compactMap(\.key).sorted { $0.key < $1.key }
        if !keys.isEmpty { try await connection.copy(into: Arrival.keyColumns, Arrival.rows(of: keys)) }
        failpoint("accept.keys-written")
        try await connection.copy(into: Arrival.requestColumns, Arrival.requestRows(arrivals))
        try await connection.copy(into: Arrival.submissionColumns, Arrival.submissionRows(arrivals))
        failpoint("accept.requests-written")
        try await transaction.append(arrivals.flatMap(\.events))
        try await connection.copy(into: Arrival.deadlineColumns, Arrival.deadlineRows(arrivals))
        try await Note.write(arrivals.compactMap(\.note), on: connection)
    }
}
