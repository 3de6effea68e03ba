import Contracts
import Domain
import Failpoints
import PostgresClient
import Workflow

/// A submission that becomes a request, with its first event and the promise to answer it; for one with a past, also
/// with what happened since.
struct Arrival {
    let submission: ValidSubmission
    let acceptedAt: Instant
    /// After the events.
    private(set) var status: RequestStatus
    private(set) var events: [RequestEvent]
    private let promise: Deadline
    /// The answer from outside.
    private(set) var note: Note?

    init(_ id: RequestID, _ submission: ValidSubmission, _ admission: Admission, now: Instant) {
        self.submission = submission
        acceptedAt = submission.history?.acceptedAt ?? now
        let first = received(
            id, place: submission.place, priority: submission.priority, by: .resident, acceptedAt: acceptedAt,
            at: acceptedAt)
        status = first.status
        events = [first.event]
        promise = admission.promise(to: submission, as: id, acceptedAt: acceptedAt)
        guard let history = submission.history else { return }
        if history.isBreached {
            add(.breach(.resolve, dueAt: history.dueAt), at: history.dueAt)
        }
        if let resolvedAt = history.resolvedAt {
            add(.resolve(outside: true), at: resolvedAt)
            if let reply = history.reply, let resolved = events.last { note = Note(event: resolved, text: reply) }
        }
    }

    private mutating func add(_ move: Move, at instant: Instant) {
        switch decide(move, by: .system, on: status, at: instant) {
        case .success(let transition):
            status = transition.status
            events.append(transition.event)
        case .failure(let refusal):
            preconditionFailure("a request just received refuses its recorded past: \(refusal)")
        }
    }

    /// What the request is found by when it is sent again.
    struct IdempotencyKey {
        var key: UInt128
        var bodyHash: UInt128
        var request: RequestID
        var county: County.ID
    }

    /// Nil: it is another one each time it comes.
    var key: IdempotencyKey? {
        submission.identity.map {
            IdempotencyKey(
                key: $0, bodyHash: submission.bodyHash, request: status.id, county: submission.place.county)
        }
    }

    static let keyColumns = "tuesday.idempotency_key (key, body_hash, request_id, county_id)"

    static func rows(of keys: [IdempotencyKey]) -> PostgresCopyBuffer {
        var rows = PostgresCopyBuffer(columns: 4, reserve: keys.count * 70)
        for key in keys {
            rows.beginRow()
            rows.append(uuid: key.key)
            rows.append(uuid: key.bodyHash)
            rows.append(uuid: key.request.value)
            rows.append(int32: key.county.rawValue)
        }
        return rows
    }

    static let requestColumns = """
        tuesday.request (id, accepted_at, submitted_at, resolved_at, county_id, town_id, village_id, service_id,
            last_seq, state, waiting_reason, priority)
        """

    static func requestRows(_ arrivals: [Arrival]) -> PostgresCopyBuffer {
        var rows = PostgresCopyBuffer(columns: 12, reserve: arrivals.count * 140)
        for arrival in arrivals {
            let place = arrival.submission.place
            rows.beginRow()
            rows.append(uuid: arrival.status.id.value)
            rows.append(timestamp: arrival.acceptedAt.microseconds)
            // The clock of a sender may be ahead; nothing is sent after it was accepted.
            let submittedAt = arrival.submission.submission.submittedAt ?? arrival.acceptedAt
            rows.append(timestamp: min(submittedAt, arrival.acceptedAt).microseconds)
            rows.append(timestamp: arrival.status.resolvedAt?.microseconds)
            rows.append(int32: place.county.rawValue)
            rows.append(int32: place.town.rawValue)
            rows.append(int32: place.village.rawValue)
            rows.append(int32: place.service.rawValue)
            rows.append(int32: arrival.status.lastSeq)
            rows.append(int16: arrival.status.state.rawValue)
            rows.append(int16: arrival.status.reason?.rawValue)
            rows.append(int16: arrival.submission.priority)
        }
        return rows
    }

    static let submissionColumns = """
        personal.submission (request_id, county_id, channel, source_id, name, phone, email, account, subject,
            description, address, attributes)
        """

    static func submissionRows(_ arrivals: [Arrival]) -> PostgresCopyBuffer {
        var rows = PostgresCopyBuffer(columns: 12, reserve: arrivals.count * 300)
        let areMixedUp = isPlanted("words-of-another")
        for arrival in arrivals {
            let submission = (areMixedUp ? arrivals[0] : arrival).submission.submission
            rows.beginRow()
            rows.append(uuid: arrival.status.id.value)
            rows.append(int32: arrival.submission.place.county.rawValue)
            rows.append(text: submission.channel)
            rows.append(text: submission.sourceID)
            rows.append(text: submission.name)
            rows.append(text: submission.phone)
            rows.append(text: submission.email)
            rows.append(text: submission.account)
            rows.append(text: submission.subject)
            rows.append(text: submission.description)
            rows.append(text: submission.address)
            rows.append(utf8: submission.attributes)
        }
        return rows
    }

    static let deadlineColumns = """
        tuesday.deadline (request_id, remind_at, due_at, escalate_at, next_at, breached_at, met_at, epoch, county_id,
            kind, stage)
        """

    /// Broken promises of the past are recorded as broken when they were due, and nothing fires any more.
    static func deadlineRows(_ arrivals: [Arrival]) -> PostgresCopyBuffer {
        var rows = PostgresCopyBuffer(columns: 11, reserve: arrivals.count * 130)
        for arrival in arrivals {
            let (promise, history) = (arrival.promise, arrival.submission.history)
            let isBreached = history?.isBreached == true
            let isOver = isBreached || history?.resolvedAt != nil
            rows.beginRow()
            rows.append(uuid: arrival.status.id.value)
            rows.append(timestamp: promise.remindAt.microseconds)
            rows.append(timestamp: promise.dueAt.microseconds)
            rows.append(timestamp: promise.escalateAt.microseconds)
            rows.append(timestamp: isOver ? nil : promise.remindAt.microseconds)
            rows.append(timestamp: isBreached ? promise.dueAt.microseconds : nil)
            rows.append(timestamp: history?.resolvedAt?.microseconds)
            rows.append(int32: promise.epoch)
            rows.append(int32: arrival.submission.place.county.rawValue)
            rows.append(int16: DeadlineKind.resolve.rawValue)
            rows.append(int16: isOver ? DeadlineStage.done.rawValue : DeadlineStage.reminder.rawValue)
        }
        return rows
    }
}
