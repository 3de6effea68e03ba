import Contracts
import Domain

/// What became of one dead letter.
public enum SettleOutcome: Sendable, Hashable {
    /// The submission became this request.
    case accepted(RequestID)
    /// It had come again, and had been accepted under this id.
    case repeated(RequestID)
    /// The group takes the request up again: so many of its events leave once more. `letters` were settled by that,
    /// this one included.
    case resumed(RequestID, events: Int32, letters: Int)
    /// Settled without its work. `resumed`: it was the last letter that kept a request parked, and so many of that
    /// request's events leave once more.
    case discarded(resumed: Int32?)
    /// It stays open, and why.
    case failed(String)
    /// It had been settled before: nothing was done.
    case wasSettled(DeadLetterState)
    case unknown
}

/// Dead letters' transactions. Each locks the lane, then the letters, and does nothing to one that is settled already.
public protocol DeadLetterStore: Sendable {
    func letter(_ id: DeadLetterID) async throws -> (letter: DeadLetter, value: [UInt8]?)?
    /// Turns the submission into a request and settles the letter, in one transaction.
    func accept(
        _ id: DeadLetterID, _ submission: ValidSubmission, admission: Admission, ticket: LaneTicket,
        prepared: Prepared<SettleOutcome>
    ) async throws -> LaneCommit
    /// Settles every letter of the letter's request, releases it, and lets its events leave once more.
    func resume(
        _ letter: DeadLetter, ticket: LaneTicket, prepared: Prepared<SettleOutcome>
    ) async throws -> LaneCommit
    /// Settles one letter without its work. When it was the last that kept a request parked, as ``resume`` does.
    func discard(
        _ letter: DeadLetter, because: String, ticket: LaneTicket, prepared: Prepared<SettleOutcome>
    ) async throws -> LaneCommit
    /// Counts a replay that failed; the letter stays open.
    func recordFailure(_ id: DeadLetterID, _ problem: String) async throws
}

/// Does the work of dead letters after all, or decides that it is not to be done. One letter a transaction; any of it may
/// run twice, and while workers run.
///
/// **Submissions** are accepted here and not put on their topic again: letter and request change in one transaction, so
/// the work is done once, also when its lane is put back and reads the record again; and one that crashes its handler
/// crashes this tool, not intake. What fails again stays the one letter it was, with one attempt more.
///
/// **Records about a request** are repetitions of what PostgreSQL has, so their bytes do not matter any more. The group
/// is let at the request again, and its events leave once more through the lane of the same transaction: whoever decides
/// acts on the request's present row, whoever folds finds the first event that is missing and reads the rest in order of
/// `seq`. When nobody is left to publish them, a worker adopts the lane. Should the group fail at it again, that record
/// becomes another letter and parks the request anew.
public struct SettleDeadLetters: Sendable {
    private let store: any DeadLetterStore
    private let registers: RegisterCache
    private let mint: @Sendable (Instant) -> RequestID

    public init(
        store: any DeadLetterStore, registers: RegisterCache, mint: @escaping @Sendable (Instant) -> RequestID
    ) {
        self.store = store
        self.registers = registers
        self.mint = mint
    }

    public func replay(_ id: DeadLetterID, lane: PoolLane) async throws -> SettleOutcome {
        guard let (letter, value) = try await store.letter(id) else { return .unknown }
        guard letter.state == .open else { return .wasSettled(letter.state) }
        let outcome: SettleOutcome
        switch Topic(rawValue: letter.origin.topic) {
        case .submissions: outcome = try await accept(letter, value, lane)
        case .requests:
            if letter.request != nil {
                outcome = try await lane.transact { ticket, prepared in
                    try await store.resume(letter, ticket: ticket, prepared: prepared)
                }
            } else {
                outcome = .failed("its key names no request, so PostgreSQL has nothing to do instead; discard it")
            }
        default: outcome = .failed("no group of this release reads \(letter.origin.topic)")
        }
        if case .failed(let why) = outcome { try await store.recordFailure(id, why) }
        return outcome
    }

    /// - Parameter because: kept with the letter.
    public func discard(_ id: DeadLetterID, because: String, lane: PoolLane) async throws -> SettleOutcome {
        guard let (letter, _) = try await store.letter(id) else { return .unknown }
        guard letter.state == .open else { return .wasSettled(letter.state) }
        return try await lane.transact { ticket, prepared in
            try await store.discard(letter, because: because, ticket: ticket, prepared: prepared)
        }
    }

    private func accept(_ letter: DeadLetter, _ value: [UInt8]?, _ lane: PoolLane) async throws -> SettleOutcome {
        let submission: Submission
        do {
            submission = try SubmissionRecord.submission(value, channel: "topic")
        } catch {
            return .failed("\(error.reason): \(error.detail)")
        }
        while true {
            let snapshot = try await registers.refresh()
            switch submission.validated(against: snapshot) {
            case .failure(let problems): return .failed(problems.words)
            case .success(let checked):
                let valid = letter.asRecord(checked, value)
                do {
                    return try await lane.transact { ticket, prepared in
                        try await store.accept(
                            letter.id, valid, admission: Admission(registers: snapshot, minting: mint), ticket: ticket,
                            prepared: prepared)
                    }
                } catch LaneFault.registerChanged {
                    continue
                } catch LaneFault.failed(let why) {
                    return .failed("handler_failed: \(why)")
                }
            }
        }
    }
}

extension DeadLetter {
    /// The submission with the key of the record that the letter was, if it has none of its own.
    fileprivate func asRecord(_ submission: ValidSubmission, _ value: [UInt8]?) -> ValidSubmission {
        guard let timestamp else { return submission }
        var submission = submission
        submission.isRecord(
            IncomingRecord(offset: offset, key: key, value: value, headers: headers, timestamp: timestamp), from: origin)
        return submission
    }
}

extension FieldProblems {
    /// Codes and fields, as a refusal keeps them: the sentences may quote what a resident wrote.
    var words: String {
        "refused: " + problems.map { "\($0.code) (\($0.field))" }.joined(separator: ", ")
    }
}
