import Contracts
import Domain
import Workflow

/// Figures: lower or equal `seq` is skipped, the next counts, a gap is read from the events.
struct StatisticsModel: BatchHandler {
    let world: World
    let process: SimulatedProcess

    func handle(_ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket) async throws -> LaneCommit {
        let arrived = records.compactMap(Event.init)
        return try await world.consumed(records, origin, ticket, process) { ticket, more in
            try await LaneWork.run(world.database, process, ticket) { work in
                try await fold(arrived, in: work.transaction)
                try await more(&work)
                for record in records where Event(record) == nil { work.reject(record, from: origin) }
            }
        }
    }

    func bootstrap(ticket: LaneTicket, upTo low: Int64, progressed: @Sendable () -> Void) async throws {
        var ticket = ticket
        ticket.nextOffset = low
        let all = world.database.tables.requests.sorted { $0.key < $1.key }.flatMap { $0.value.events }
        _ = try await LaneWork.run(world.database, process, ticket) { try await fold(all, in: $0.transaction) }
    }

    private func fold(_ arrived: [Event], in transaction: Transaction) async throws {
        let database = transaction.database
        for request in Set(arrived.map(\.request)).sorted() {
            try await transaction.lock(.fold(request))
            let last = database.tables.folded[request] ?? 0
            let through = max(last, arrived.filter { $0.request == request }.map(\.seq).max() ?? 0)
            var counted: [EventType: Int] = [:]
            if database.world.defect == .noSequenceGuard {
                for event in arrived where event.request == request { counted[event.type, default: 0] += 1 }
            } else {
                for event in database.tables.requests[request]?.events.dropFirst(Int(last)) ?? [] where event.seq <= through {
                    counted[event.type, default: 0] += 1
                }
            }
            transaction.stage { tables in
                tables.folded[request] = through
                for (type, count) in counted { tables.figures[type, default: 0] += count }
            }
        }
    }
}
