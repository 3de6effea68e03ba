import Contracts
import Domain
import Logging
import Metrics

/// What became of a valid submission.
public enum AcceptOutcome: Sendable, Hashable {
    case accepted(RequestID)
    /// It was accepted earlier, under this id.
    case repeated(RequestID)
    /// The same key came before with another body.
    case conflict
}

/// A submission from a topic that broke a rule.
public struct RefusedRecord: Sendable {
    public var position: LogPosition
    public var channel: String
    public var sourceID: String?
    public var problems: FieldProblems

    /// Keeps of the texts what can be stored and indexed, which is all of those that are not too long.
    public init(at position: LogPosition, channel: String, sourceID: String?, problems: FieldProblems) {
        self.position = position
        self.channel = Self.kept(channel, Submission.channelLimit)
        self.sourceID = sourceID.map { Self.kept($0, Submission.contactLimit) }
        self.problems = problems
    }

    private static func kept(_ text: String, _ limit: Int) -> String {
        text.withoutNUL.beginning(bytes: 4 * limit)  // a scalar has at most four
    }
}

/// A record that no handler can read.
public struct UnreadableRecord: Sendable {
    public var record: IncomingRecord
    public var problem: RecordProblem

    public init(record: IncomingRecord, problem: RecordProblem) {
        self.record = record
        self.problem = problem
    }
}

/// What a batch brings besides its main work.
public struct BatchRemainder: Sendable {
    public var origin: RecordOrigin?
    public var refused: [RefusedRecord] = []
    public var unreadable: [UnreadableRecord] = []

    public init(origin: RecordOrigin? = nil) {
        self.origin = origin
    }

    /// Requests that the unreadable records are about: they are parked with them, and what else the batch says of
    /// them waits as well.
    ///
    /// - Parameter known: offsets of records that became dead letters before, which park nothing again.
    public func parks(exceptAt known: Set<Int64>) -> Set<RequestID> {
        guard !unreadable.isEmpty, origin?.topic == Topic.requests.rawValue else { return [] }
        return Set(
            unreadable.lazy.map(\.record).filter { !known.contains($0.offset) }
                .compactMap { $0.keyBytes.flatMap { RequestID(utf8: $0) } })
    }

    /// What request events point to, by header and key alone; keeps aside the records that are none.
    mutating func hints(
        in records: [IncomingRecord]
    ) -> [(type: EventType, request: RequestID, record: IncomingRecord)] {
        records.compactMap { record in
            if let (type, request) = RequestEventRecord.hint(record) { return (type, request, record) }
            unreadable.append(
                UnreadableRecord(
                    record: record,
                    problem: RecordProblem(reason: "unknown_type", detail: "ce_type or key is not a request event's")))
            return nil
        }
    }
}

/// Turns valid submissions into requests: one transaction.
public protocol SubmissionStore: Sendable {
    /// - Parameter prepared: gets one outcome per submission, in order, before COMMIT.
    func accept(
        _ submissions: [ValidSubmission], remainder: BatchRemainder, admission: Admission, ticket: LaneTicket,
        prepared: Prepared<[AcceptOutcome]>
    ) async throws -> LaneCommit
}

/// Accepts submissions, from a topic or from callers.
public struct AcceptSubmissions: BatchHandler {
    private let store: any SubmissionStore
    private let registers: RegisterCache
    private let mint: @Sendable (Instant) -> RequestID
    private let accepted = Counter(label: "tuesday_submissions_accepted_total")
    private let refusedCount = Counter(label: "tuesday_submissions_refused_total")
    private let repeated = Counter(label: "tuesday_submissions_repeated_total")

    public init(
        store: any SubmissionStore, registers: RegisterCache, mint: @escaping @Sendable (Instant) -> RequestID
    ) {
        self.store = store
        self.registers = registers
        self.mint = mint
    }

    public func handle(
        _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
    ) async throws -> LaneCommit {
        var snapshot = try await registers.current()
        while true {
            var remainder = BatchRemainder(origin: origin)
            var valid: [ValidSubmission] = []
            valid.reserveCapacity(records.count)
            for record in records {
                do {
                    let submission = try SubmissionRecord.submission(record.valueBytes, channel: "topic")
                    switch submission.validated(against: snapshot) {
                    case .success(var submission):
                        submission.isRecord(record, from: origin)
                        valid.append(submission)
                    case .failure(let problems):
                        remainder.refused.append(
                            RefusedRecord(
                                at: LogPosition(of: record), channel: submission.channel, sourceID: submission.sourceID,
                                problems: problems))
                    }
                } catch {
                    remainder.unreadable.append(UnreadableRecord(record: record, problem: error))
                }
            }
            let prepared = Prepared<[AcceptOutcome]>()
            do {
                let commit = try await store.accept(
                    valid, remainder: remainder, admission: Admission(registers: snapshot, minting: mint),
                    ticket: ticket, prepared: prepared)
                count(prepared.value?.1 ?? [])
                refusedCount.increment(by: remainder.refused.count)
                return commit
            } catch LaneFault.registerChanged {
                // Also when every record was refused: nobody is refused for a register that is behind.
                snapshot = try await registers.refresh()
            }
        }
    }

    /// Accepts what callers sent, in one transaction; an outcome or the problems per submission, in order.
    public func accept(
        _ submissions: [Submission], lane: PoolLane
    ) async throws -> [Result<AcceptOutcome, FieldProblems>] {
        var snapshot = try await registers.current()
        var mayBeBehind = true
        while true {
            let checked = submissions.map { $0.validated(against: snapshot) }
            let valid = checked.compactMap { try? $0.get() }  // the failures are answered below
            guard !valid.isEmpty else {
                // No transaction will tell whether the register is behind.
                if mayBeBehind, checked.contains(where: Self.mayBeOfAnOlderRegister) {
                    mayBeBehind = false
                    snapshot = try await registers.refresh()
                    continue
                }
                refusedCount.increment(by: checked.count)
                return checked.map { $0.flatMap { _ in preconditionFailure("no submission was valid") } }
            }
            do {
                let outcomes = try await transact(valid, snapshot, lane)
                count(outcomes)
                refusedCount.increment(by: checked.count - valid.count)
                var next = outcomes.makeIterator()
                return checked.map { $0.map { _ in next.next()! } }
            } catch LaneFault.registerChanged {
                snapshot = try await registers.refresh()
            }
        }
    }

    /// Whether a newer register may know what was asked for, or ask for something else.
    private static func mayBeOfAnOlderRegister(_ checked: Result<ValidSubmission, FieldProblems>) -> Bool {
        guard case .failure(let failure) = checked else { return false }
        return failure.problems.contains {
            $0.code == "unknown_village" || $0.code == "unknown_service"
                || $0.field.hasPrefix(ServiceAttribute.fieldPrefix)
        }
    }

    /// For imports, which validate for themselves.
    ///
    /// - Parameter snapshot: the registers they validated against.
    /// - Throws: ``LaneFault/registerChanged(_:)`` when those are no longer the present ones; nothing happened then.
    public func accept(
        valid submissions: [ValidSubmission], checkedAgainst snapshot: RegisterCache.Snapshot, lane: PoolLane
    ) async throws -> [AcceptOutcome] {
        let outcomes = try await transact(submissions, snapshot, lane)
        count(outcomes)
        return outcomes
    }

    private func transact(
        _ valid: [ValidSubmission], _ snapshot: RegisterCache.Snapshot, _ lane: PoolLane
    ) async throws -> [AcceptOutcome] {
        let admission = Admission(registers: snapshot, minting: mint)
        return try await lane.transact { ticket, prepared in
            try await store.accept(
                valid, remainder: BatchRemainder(), admission: admission, ticket: ticket, prepared: prepared)
        }
    }

    private func count(_ outcomes: [AcceptOutcome]) {
        var fresh = 0
        var conflicting = 0
        for outcome in outcomes {
            switch outcome {
            case .accepted: fresh += 1
            case .conflict: conflicting += 1
            case .repeated: break
            }
        }
        accepted.increment(by: fresh)
        refusedCount.increment(by: conflicting)
        repeated.increment(by: outcomes.count - fresh - conflicting)
    }
}
