import Contracts
import Domain
import Workflow

/// Follow-up's transactions, as the real store runs them: looking locks no request, firing does.
struct SimulatedFollowUpStore: FollowUpStore {
    let world: World
    let process: SimulatedProcess
    /// Of the batch at hand, and where it is from.
    let records: [IncomingRecord]
    let origin: RecordOrigin?

    private var tables: Tables { world.database.tables }

    func follow(
        _ requests: Set<RequestID>, remainder: BatchRemainder, registers: [County.ID: Int64], ticket: LaneTicket,
        plan: @Sendable ([FollowUpCase]) -> FollowUpPlan
    ) async throws -> LaneCommit {
        try await world.consumed(records, origin!, ticket, process) { ticket, more in
            try await LaneWork.run(world.database, process, ticket) { work in
                try await work.transaction.statement()
                let looks = requests.sorted().compactMap(look)
                let plan = plan(looks)
                var deadlines: [Promise: Tables.FollowedDeadline] = [:]
                for (deadline, _) in plan.deadlines {
                    let promise = Promise(deadline)
                    try await work.transaction.lock(.deadline(promise))
                    if tables.deadlines[promise] == nil { deadlines[promise] = Tables.FollowedDeadline(deadline) }
                }
                let unkept = try await settle(plan.settled, in: work.transaction, &deadlines)
                let told = Set(plan.notifications.map(\.request))
                for look in looks where told.contains(look.status.id) {
                    // Another lane wrote it down as kept, and told of it, between the look and the lock.
                    guard unkept.contains(Promise(resolving: look.status)) else { throw Transaction.Again() }
                }
                for notification in plan.notifications { work.notify("\(notification.template) \(notification.request)") }
                let written = deadlines
                work.transaction.stage { $0.deadlines.merge(written) { $1 } }
                try await more(&work)
                for unreadable in remainder.unreadable { work.reject(unreadable.record, from: origin!) }
            }
        }
    }

    private func look(at id: RequestID) -> FollowUpCase? {
        guard let request = tables.requests[id] else { return nil }
        let known = tables.deadlines[Promise(resolving: request.status)]
        return FollowUpCase(
            status: request.status, promisedFrom: request.reopenedAt ?? request.status.acceptedAt, isPromised: known != nil,
            isSettled: known?.isKept == true)
    }

    /// - Returns: the promises that were not kept until then.
    private func settle(
        _ settled: [SettledPromises], in transaction: Transaction, _ deadlines: inout [Promise: Tables.FollowedDeadline]
    ) async throws -> Set<Promise> {
        guard !settled.isEmpty else { return [] }
        let requests = Set(settled.map(\.request))
        // Which are read only under the lock.
        for promise in tables.deadlines.filter({ requests.contains($0.key.request) && !$0.value.isKept }).keys.sorted() {
            try await transaction.lock(.deadline(promise))
            if deadlines[promise] == nil { deadlines[promise] = tables.deadlines[promise] }
        }
        let unkept = Set(deadlines.filter { !$0.value.isKept }.keys)
        for promises in settled {
            for promise in unkept
            where promise.request == promises.request && promise.kind == promises.kind && promise.epoch <= promises.lastEpoch {
                deadlines[promise]!.nextAt = nil
                deadlines[promise]!.isKept = tables.requests[promise.request]?.keeps(promise) == true
            }
        }
        return unkept
    }

    func fireDue(
        limit: Int, ticket: LaneTicket, prepared: Prepared<Int>,
        plan: @Sendable (Deadline, RequestStatus, Instant) -> FiringPlan
    ) async throws -> LaneCommit {
        var count = 0
        return try await LaneWork.run(world.database, process, ticket, prepare: { prepared.set($0, count) }) { work in
            let now = SimulatedCounty.now
            func isDue(_ promise: Promise) -> Bool { tables.deadlines[promise]?.nextAt.map { $0 <= now } ?? false }
            let due = tables.deadlines.keys.filter { isDue($0) }.sorted()
                .filter { work.transaction.tryLock(.deadline($0)) }.prefix(limit)
            count = due.count
            var present = try await Present.lock(Set(due.map(\.request)), in: work.transaction)
            for promise in due {
                guard var row = tables.deadlines[promise], var status = present[promise.request]?.status else { continue }
                if world.defect == .timerWithoutCheck, !status.state.isOpen {
                    (status.state, status.reason, status.timerEpoch) = (.waiting, .routing, promise.epoch)
                }
                let planned = plan(row.deadline, status, now)
                for transition in planned.transitions { present[promise.request]!.apply(transition, in: &work) }
                for notification in planned.notifications { work.notify("\(notification.template) \(status.id)") }
                row.firings.append(
                    Tables.FollowedDeadline.Fired(stage: row.deadline.stage, at: now, outcomes: planned.firing.outcomes))
                row.deadline.stage = planned.firing.stage
                row.nextAt = planned.firing.nextAt
                work.transaction.stage { [row] in $0.deadlines[promise] = row }
            }
            try await Present.releaseLoads(of: present.values, in: work.transaction)
        }
    }

    func postpone(
        _ deadline: Deadline, minutes: Int64, ticket: LaneTicket, prepared: Prepared<Int>
    ) async throws -> LaneCommit {
        try await LaneWork.run(world.database, process, ticket, prepare: { prepared.set($0, 1) }) { work in
            let promise = Promise(deadline)
            try await work.transaction.lock(.deadline(promise))
            let later = SimulatedCounty.now.adding(minutes: minutes)
            work.transaction.stage { $0.deadlines[promise]?.nextAt = later }
        }
    }
}

extension Tables.Request {
    fileprivate var reopenedAt: Instant? { reopenings.last }

    /// Whether an event says so: the owner took up the assignment, or the answer was given, before the next of its kind.
    fileprivate func keeps(_ promise: Promise) -> Bool {
        let next: EventType = promise.kind == .acknowledge ? .assigned : .reopened
        let keeping: Set<EventType> = promise.kind == .acknowledge ? [.acknowledged, .started, .resolved] : [.resolved]
        var epoch: Int32 = 0
        for event in events {
            if event.type == next { epoch += 1 }
            if epoch == promise.epoch, keeping.contains(event.type) { return true }
        }
        return false
    }
}
