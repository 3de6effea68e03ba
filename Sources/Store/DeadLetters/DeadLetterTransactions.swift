import Contracts
import Domain
import Failpoints
import PostgresClient
import Workflow

/// Settling dead letters, in PostgreSQL.
///
/// Locks, in order: the lane, the letter's request if it is about one, the letter, idempotency keys, the parked row, the
/// request's other letters. All letters about a request are thus settled one after the other.
///
/// Two tools that settle one letter at once: the second waits for the letter's row, then finds it settled.
///
/// A group's batch that runs beside a replay reads the parked requests once, when it begins, and locks none of them:
/// - It read them before the replay's COMMIT and leaves out an event of the request. That event was committed before it
///   was published, and so before the replay got the request's row: it is among those that leave once more, and they do
///   so after COMMIT.
/// - It reads them afterwards. Then it applies what comes, those that left once more included; whatever it knows already
///   does nothing.
///
/// A group's transaction that parks the request again meanwhile locks the parked row (see
/// ``LaneTransaction/append(_:from:because:attempts:)``): if it came first, its letter is committed when the replay gets
/// the row and is settled with the rest; if it comes second, it parks the request anew, and its letter stays open.
public struct DeadLetterTransactions: DeadLetterStore {
    private let pool: PostgresPool
    private let reader: DeadLetterReader

    public init(pool: PostgresPool) {
        self.pool = pool
        reader = DeadLetterReader(pool: pool)
    }

    public func letter(_ id: DeadLetterID) async throws -> (letter: DeadLetter, value: [UInt8]?)? {
        try await withLaneFaults {
            guard let letter = try await reader.letter(id) else { return nil }
            return (letter, try await reader.value(of: id))
        }
    }

    public func accept(
        _ id: DeadLetterID, _ submission: ValidSubmission, admission: Admission, ticket: LaneTicket,
        prepared: Prepared<SettleOutcome>
    ) async throws -> LaneCommit {
        try await settle(id, nil, ticket, registers: admission.registers.versions, prepared) { transaction in
            let known = try await SubmissionTransactions.known(of: [submission], on: transaction.connection)
            switch try await SubmissionTransactions.accept([submission], admission, known: known, in: &transaction)[0] {
            case .accepted(let request):
                try await transaction.connection.pipeline([
                    DeadLetterStatements.settle(id, as: .replayed, because: "accepted as request \(request)")
                ])
                return .accepted(request)
            case .repeated(let request):
                try await transaction.connection.pipeline([
                    DeadLetterStatements.settle(id, as: .replayed, because: "had been accepted as request \(request)")
                ])
                return .repeated(request)
            case .conflict:
                return .failed("refused: conflict (source_id), it was accepted before with another content")
            }
        }
    }

    public func resume(
        _ letter: DeadLetter, ticket: LaneTicket, prepared: Prepared<SettleOutcome>
    ) async throws -> LaneCommit {
        let parked = ParkedRequest(letter)
        return try await settle(letter.id, parked, ticket, prepared) { transaction in
            guard let parked else { return .failed("its key names no request") }
            let events = try await transaction.repeatEvents(of: parked.request, because: "dead letter \(letter.id)")
            guard events > 0 else {
                return .failed("there is no request \(parked.request), so PostgreSQL has nothing to do instead; discard it")
            }
            failpoint("settle.events-repeated")
            let connection = transaction.connection
            try await parked.hold(on: connection)
            let letters = try await parked.settleLetters(
                because: "\(events) events of the request left once more", on: connection)
            failpoint("settle.letters-settled")
            try await parked.release(on: connection)
            return .resumed(parked.request, events: events, letters: letters)
        }
    }

    public func discard(
        _ letter: DeadLetter, because: String, ticket: LaneTicket, prepared: Prepared<SettleOutcome>
    ) async throws -> LaneCommit {
        let parked = ParkedRequest(letter)
        return try await settle(letter.id, parked, ticket, prepared) { transaction in
            let connection = transaction.connection
            let settling = DeadLetterStatements.settle(letter.id, as: .discarded, because: because)
            guard let parked else {
                try await connection.pipeline([settling])
                return .discarded(resumed: nil)
            }
            let isParked = try await parked.hold(on: connection)
            try await connection.pipeline([settling])
            failpoint("settle.letters-settled")
            guard isParked, try await !parked.hasOpenLetter(on: connection) else { return .discarded(resumed: nil) }
            try await parked.release(on: connection)
            let events = try await transaction.repeatEvents(of: parked.request, because: "dead letter \(letter.id)")
            failpoint("settle.events-repeated")
            return .discarded(resumed: events)
        }
    }

    public func recordFailure(_ id: DeadLetterID, _ problem: String) async throws {
        try await withLaneFaults {
            try await pool.withConnection { connection in
                try await connection.query(
                    """
                    update tuesday.dead_letter
                    set replay_count = replay_count + 1,
                        replay_problem = $3
                    where lane_id = $1 and lane_seq = $2 and state = 'open'
                    """, [.int32(id.lane), .int64(id.laneSeq), .text(problem)])
            }
        }
    }

    /// Runs `body` while the letter, and its request, are locked and it is open; otherwise says what it was settled as.
    private func settle(
        _ id: DeadLetterID, _ parked: ParkedRequest?, _ ticket: LaneTicket, registers: [County.ID: Int64]? = nil,
        _ prepared: Prepared<SettleOutcome>,
        _ body: nonisolated(nonsending) (inout LaneTransaction) async throws -> SettleOutcome
    ) async throws -> LaneCommit {
        var outcome = SettleOutcome.unknown
        return try await LaneTransaction.run(
            on: pool, ticket, registers: registers, prepare: { prepared.set($0, outcome) }
        ) { transaction, _ in
            try await parked?.lockRequest(on: transaction.connection)
            let state = try await DeadLetterStatements.lock(id, on: transaction.connection)
            failpoint("settle.letter-locked")
            switch state {
            case nil: outcome = .unknown
            case .open?: outcome = try await body(&transaction)
            case let state?: outcome = .wasSettled(state)
            }
        }
    }
}
