import Contracts
import Domain
import Workflow

/// Routing: records are hints, the request's row decides; loads are read without locks and reserved by a guard, last.
struct RouterModel: BatchHandler {
    let world: World
    let process: SimulatedProcess

    private static let routes: Set<EventType> = [.received, .declined, .handedOver, .reopened]
    private static let releases: Set<EventType> = [.resolved, .declined, .handedOver, .withdrawn]

    func handle(_ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket) async throws -> LaneCommit {
        let events = records.compactMap(Event.init)
        var named = Set(events.filter { Self.routes.contains($0.type) }.map(\.request))
        let releases = events.count { Self.releases.contains($0.type) }
        return try await world.consumed(records, origin, ticket, process) { ticket, more in
            try await LaneWork.run(world.database, process, ticket) { work in
                if releases > 0 { named.formUnion(waiting(atMost: releases)) }
                try await route(named, in: &work)
                try await more(&work)
                for record in records where Event(record) == nil { work.reject(record, from: origin) }
            }
        }
    }

    /// Looks again at those that wait for room.
    func retry(on lane: PoolLane) async throws {
        let requests = waiting(atMost: 3)
        guard !requests.isEmpty else { return }
        let _: Bool = try await lane.transact { ticket, prepared in
            try await LaneWork.run(world.database, process, ticket, prepare: { prepared.set($0, true) }) { work in
                try await route(Set(requests), in: &work)
            }
        }
    }

    private func waiting(atMost limit: Int) -> [RequestID] {
        let tables = world.database.tables
        return Array(tables.requests.filter { $0.value.waitsForRoom }.keys.sorted().prefix(limit))
    }

    private func route(_ ids: Set<RequestID>, in work: inout LaneWork) async throws {
        let tables = work.transaction.database
        var present = try await Present.lock(ids, in: work.transaction)
        var free = tables.tables.cadres.map { $0.capacity - $0.open }
        var taken: [Int: Int] = [:]
        for id in present.keys.sorted() where present[id]!.status.state == .waiting {
            let status = present[id]!.status
            let now = SimulatedCounty.now
            let best = free.indices.max { (free[$0], $1) < (free[$1], $0) }!
            if free[best] > 0 {
                free[best] -= 1
                taken[best, default: 0] += 1
                let transition = assigned(status, cadre: Key(Int32(best)), at: now)
                present[id]!.apply(transition, in: &work)
                let promise = world.county.acknowledging(transition.status, assignedAt: now)
                work.transaction.stage { $0.deadlines[Promise(promise)] = Tables.FollowedDeadline(promise) }
            } else if let transition = waits(status, reason: .everyoneAtCapacity, at: now) {
                present[id]!.apply(transition, in: &work)
            }
        }
        for (cadre, count) in taken.sorted(by: { $0.key < $1.key }) {
            try await work.transaction.lock(.cadre(cadre))
            let row = tables.tables.cadres[cadre]
            if row.open + count > row.capacity, world.defect != .capacityCheckedThenWritten { throw Transaction.Again() }
            work.transaction.stage { tables in
                tables.cadres[cadre].open += count
                tables.cadres[cadre].most = max(tables.cadres[cadre].most, tables.cadres[cadre].open)
            }
        }
    }
}
