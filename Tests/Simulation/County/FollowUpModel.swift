import Contracts
import Workflow

/// Promises: set once from events, fired by a guard that looks at the request's row.
struct FollowUpModel: BatchHandler {
    let world: World
    let process: SimulatedProcess

    func handle(_ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket) async throws -> LaneCommit {
        let named = Set(records.compactMap { Event($0)?.request })
        return try await world.consumed(records, origin, ticket, process) { ticket, more in
            try await LaneWork.run(world.database, process, ticket) { work in
                try await follow(named, in: &work)
                try await more(&work)
                for record in records where Event(record) == nil { work.reject(record, from: origin) }
            }
        }
    }

    /// Records that named requests may be gone.
    func bootstrap(ticket: LaneTicket, upTo low: Int64, progressed: @Sendable () -> Void) async throws {
        var ticket = ticket
        ticket.nextOffset = low
        let requests = world.database.tables.requests.filter { $0.value.state.isOpen }.keys
        _ = try await LaneWork.run(world.database, process, ticket) { try await follow(Set(requests), in: &$0) }
    }

    private func follow(_ ids: Set<Int32>, in work: inout LaneWork) async throws {
        let database = work.transaction.database
        var held: Set<Int32> = []
        for id in ids.sorted() where database.tables.deadlines[id]?.isLive == true {
            try await work.transaction.lock(.deadline(id))
            held.insert(id)
        }
        let present = try await Present.lock(ids, in: work.transaction)
        for (id, request) in present.sorted(by: { $0.key < $1.key }) {
            let deadline = database.tables.deadlines[id]
            // Set by another lane while this one waited for the request: against the order to lock it now.
            if deadline?.isLive == true, !held.contains(id) { throw Transaction.Again() }
            if request.state.isOpen, deadline == nil {
                let dueAt = database.tables.requests[id]!.acceptedAt + world.plan.promisedMilliseconds
                work.transaction.stage { $0.deadlines[id] = Tables.Deadline(request: id, dueAt: dueAt) }
                work.notify("promised \(id)")
            } else if !request.state.isOpen, deadline?.isLive == true {
                work.transaction.stage { $0.deadlines[id]!.isLive = false }
            }
        }
    }

    func fireDue(on lane: PoolLane) async throws {
        let _: Int = try await lane.transact { ticket, prepared in
            var count = 0
            return try await LaneWork.run(
                world.database, process, ticket, prepare: { prepared.set($0, count) }
            ) { work in
                let database = work.transaction.database
                let now = VirtualExecutor.shared.milliseconds
                let isCareless = world.defect == .timerWithoutCheck
                let due = database.tables.deadlines.filter { $0.value.isLive && $0.value.dueAt <= now }.keys.sorted()
                    .filter { isCareless || work.transaction.tryLock(.deadline($0)) }.prefix(3)
                count = due.count
                // What was claimed is read again under the lock.
                let claimed = Set(due.filter { isCareless || database.tables.deadlines[$0]?.isLive == true })
                var present = try await Present.lock(claimed, in: work.transaction)
                for id in claimed.sorted() {
                    work.transaction.stage { $0.deadlines[id]!.isLive = false }
                    guard var request = present[id], request.state.isOpen || isCareless else { continue }
                    request.apply(.breached, in: &work)
                    present[id] = request
                    work.transaction.stage { $0.deadlines[id]!.firedAt.append(now) }
                }
            }
        }
    }
}
