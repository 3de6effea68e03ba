import Contracts
import Domain
import Synchronization
import Workflow

/// What a client sends: a key of its own, and a content.
struct Submission: Sendable {
    var key: String
    var body: Int

    var message: OutgoingMessage {
        OutgoingMessage(
            topic: .submissions, laneSeq: 0, key: Array(key.utf8), value: Array("\(key) \(body)".utf8),
            headers: [.init("ce_id", key)], at: 0)
    }

    /// Nil: no submission's record.
    init?(_ record: IncomingRecord) {
        let words = String(decoding: record.value ?? [], as: UTF8.self).split(separator: " ")
        guard words.count == 2, let body = Int(words[1]) else { return nil }
        self.init(key: String(words[0]), body: body)
    }

    init(key: String, body: Int) {
        self.key = key
        self.body = body
    }
}

enum SubmissionAnswer: Sendable, Equatable {
    case accepted(RequestID), repeated(RequestID), conflict
}

/// Acceptance, as the real store does it: known keys are filtered out, the unique index says when somebody was faster.
struct IntakeModel: BatchHandler {
    let world: World
    let process: SimulatedProcess

    func accept(_ submissions: [Submission], on lane: PoolLane) async throws -> [SubmissionAnswer] {
        let early = Mutex<[SubmissionAnswer]?>(nil)
        do {
            return try await lane.transact { ticket, prepared in
                try await commit(submissions, ticket, prepare: { commit, answers in
                    prepared.set(commit, answers)
                    early.withLock { $0 = answers }
                }) { _ in }
            }
        } catch {
            if world.defect == .acknowledgeBeforeCommit, let answers = early.withLock({ $0 }) { return answers }
            throw error
        }
    }

    func handle(_ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket) async throws -> LaneCommit {
        // A record whose handling fails whatever is tried: it must end alone, as a dead letter.
        if records.contains(where: { $0.value == World.crashing }) { throw LaneFault.failed("a handler that crashes") }
        return try await world.consumed(records, origin, ticket, process) { ticket, work in
            try await commit(records.compactMap(Submission.init), ticket, prepare: { _, _ in }) { lane in
                try await work(&lane)
                for record in records where Submission(record) == nil { lane.reject(record, from: origin) }
            }
        }
    }

    private func commit(
        _ submissions: [Submission], _ ticket: LaneTicket, prepare: (LaneCommit, [SubmissionAnswer]) -> Void,
        _ more: (inout LaneWork) async throws -> Void
    ) async throws -> LaneCommit {
        var answers: [SubmissionAnswer] = []
        return try await LaneWork.run(world.database, process, ticket, prepare: { prepare($0, answers) }) { work in
            answers = []
            let database = work.transaction.database
            var known = database.tables.keys.filter { entry in submissions.contains { $0.key == entry.key } }
            var fresh: [(id: RequestID, submission: Submission)] = []
            for submission in submissions {
                if let earlier = known[submission.key] {
                    answers.append(earlier.body == submission.body ? .repeated(earlier.request) : .conflict)
                    continue
                }
                database.tables.lastRequest += 1
                let id = RequestID(database.tables.lastRequest)
                known[submission.key] = (submission.body, id)
                fresh.append((id, submission))
                answers.append(.accepted(id))
            }
            for (_, submission) in fresh.sorted(by: { $0.submission.key < $1.submission.key }) {
                try await work.transaction.lock(.key(submission.key))
                if database.tables.keys[submission.key] != nil { throw Transaction.Again() }
            }
            for (id, submission) in fresh {
                let now = SimulatedCounty.now
                let transition = received(
                    id, place: SimulatedCounty.place, priority: 3, by: .resident, acceptedAt: now, at: now)
                let promise = world.county.answering(transition.status)
                work.transaction.stage { tables in
                    tables.keys[submission.key] = (submission.body, id)
                    tables.requests[id] = Tables.Request(key: submission.key, status: transition.status)
                    tables.deadlines[Promise(promise)] = Tables.FollowedDeadline(promise)
                }
                work.append(Event(transition.event, cause: 0))
            }
            try await more(&work)
        }
    }
}
