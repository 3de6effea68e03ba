import Contracts
import Workflow

/// The lanes' rows, with the statements of the real store.
struct SimulatedKeeper: LaneKeeping {
    let database: SimulatedDatabase
    let process: SimulatedProcess

    private var now: Int64 { VirtualExecutor.shared.milliseconds }

    func log(cluster: String, incarnation: String) async throws -> (id: Int32, needsRebuild: Bool) { (1, false) }

    func claim(
        log: Int32, group: String, topic: String, partition: Int32, owner: String
    ) async throws -> LaneTicket {
        let key = Tables.ConsumerKey(group: group, partition: partition)
        do { return try await claimOnce(key) } catch is Transaction.Again {
            if let lane = database.tables.laneOf[key], let holder = database.locks[.lane(lane)] { holder.rollBack() }
            do { return try await claimOnce(key) } catch is Transaction.Again {
                throw LaneFault.unavailable("the lane stays locked")
            }
        }
    }

    private func claimOnce(_ key: Tables.ConsumerKey) async throws -> LaneTicket {
        try await repeatable { transaction in
            try await transaction.lock(.consumer(key), withinMilliseconds: 2_000)
            if database.tables.laneOf[key] == nil {
                transaction.stage { tables in
                    tables.lastLane += 1
                    tables.lanes[tables.lastLane] = Tables.Lane(id: tables.lastLane, consumer: key)
                    tables.laneOf[key] = tables.lastLane
                }
            }
            if let lane = database.tables.laneOf[key] {
                try await transaction.lock(.lane(lane), withinMilliseconds: 2_000)
            }
            let until = now + 15_000
            transaction.stage { tables in
                let lane = tables.laneOf[key]!
                tables.lanes[lane]!.epoch += 1
                tables.lanes[lane]!.leaseUntil = until
            }
            try await transaction.commit()
            return ticket(database.tables.lanes[database.tables.laneOf[key]!]!)
        }
    }

    func borrow(pool: String, owner: String) async throws -> LaneTicket {
        try await again {
            try await repeatable { transaction in
                try await transaction.statement()
                let free = database.tables.lanes.values.filter { $0.pool == pool && $0.leaseUntil < now }
                    .map(\.id).sorted().first { transaction.tryLock(.lane($0)) }
                return try await take(free, transaction, pool: pool)
            }
        }
    }

    func adopt(owner: String) async throws -> LaneTicket? {
        try await again {
            try await repeatable { transaction -> LaneTicket? in
                try await transaction.statement()
                let left = database.tables.lanes.values
                    .filter { $0.leaseUntil < now && $0.publishedThrough < $0.laneSeq }
                    .map(\.id).sorted().first { transaction.tryLock(.lane($0)) }
                guard let left else { return nil }
                return try await take(left, transaction, pool: nil)
            }
        }
    }

    private func take(_ lane: Int32?, _ transaction: Transaction, pool: String?) async throws -> LaneTicket {
        let until = now + 15_000
        let id: Int32
        if let lane {
            id = lane
        } else {
            // A sequence is outside of transactions.
            database.tables.lastLane += 1
            id = database.tables.lastLane
            transaction.stage { $0.lanes[id] = Tables.Lane(id: id, pool: pool) }
        }
        transaction.stage { tables in
            tables.lanes[id]!.epoch += 1
            tables.lanes[id]!.leaseUntil = until
        }
        try await transaction.commit()
        return ticket(database.tables.lanes[id]!)
    }

    func resume(_ ticket: LaneTicket) async throws -> LaneTicket {
        try await again {
            try await repeatable { transaction in
                if database.world.defect != .resumeWithoutLock { try await transaction.lock(.lane(ticket.lane)) }
                guard let row = database.tables.lanes[ticket.lane], row.epoch == ticket.epoch else { throw LaneFault.fenced }
                var found = ticket
                found.nextOffset = row.nextOffset
                found.lastIdentity = row.lastIdentity
                found.laneSeq = row.laneSeq
                found.publishedThrough = row.publishedThrough
                return found
            }
        }
    }

    func tail(of lane: Int32, after laneSeq: Int64, limit: Int) async throws -> [OutgoingMessage] {
        try await repeatable { transaction in
            let limit = min(limit, 5)
            var page: [OutgoingMessage] = []
            // Each table as it is when its turn comes, which may be late: lanes commit meanwhile. The wait stands before the
            // statement, which looks whether the transaction has outlived it.
            for topic in [Topic.requests, .notifications, .deadLetters] {
                if let delay = database.world.chaos.readDelay() { await VirtualExecutor.sleep(milliseconds: delay) }
                try await transaction.statement()
                let left = database.tables.lanes[lane]!.messages.dropFirst(Int(laneSeq))
                page += left.lazy.filter { $0.topic == topic }.prefix(limit)
            }
            guard database.world.defect == .tornTail else { return TailPage.ordered(page, after: laneSeq, limit: limit) }
            return Array(page.sorted { $0.laneSeq < $1.laneSeq }.prefix(limit))
        }
    }

    func recordAttempt(_ ticket: LaneTicket, adding attempts: Int32) async throws {
        try await update(ticket) { $0.claims += attempts }
        guard database.tables.lanes[ticket.lane]?.epoch == ticket.epoch else { throw LaneFault.fenced }
    }

    func withdrawAttempt(_ ticket: LaneTicket) async throws {
        try await again {
            try await repeatable { transaction in
                try await transaction.lock(.lane(ticket.lane))
                transaction.stage { tables in
                    guard let row = tables.lanes[ticket.lane], row.nextOffset == ticket.nextOffset,
                        row.claims > (row.epoch == ticket.epoch ? ticket.claimsSinceProgress : 0)
                    else { return }
                    tables.lanes[ticket.lane]!.claims -= 1
                }
                try await transaction.commit()
            }
        }
    }

    func recordAnchor(_ anchor: LaneAnchor, of ticket: LaneTicket) async throws -> Bool {
        if let row = database.tables.lanes[ticket.lane] { database.world.noteLookalike(of: row) }
        try await update(ticket) { $0.anchor = anchor }
        return database.tables.lanes[ticket.lane]?.epoch == ticket.epoch
    }

    func recordPublished(_ ticket: LaneTicket, through: Int64) async throws -> Bool {
        let until = now + 15_000
        return try await repeatable { transaction in
            try await transaction.statement()
            guard transaction.tryLock(.lane(ticket.lane)), database.tables.lanes[ticket.lane]?.epoch == ticket.epoch else {
                transaction.rollBack()
                return false
            }
            transaction.stage { tables in
                guard var row = tables.lanes[ticket.lane] else { return }
                row.publishedThrough = min(max(row.publishedThrough, through), row.laneSeq)
                row.leaseUntil = until
                tables.lanes[ticket.lane] = row
            }
            try await transaction.commit()
            return true
        }
    }

    func release(_ ticket: LaneTicket) async throws {
        try await update(ticket) { $0.leaseUntil = -1 }
    }

    func reject(
        _ record: IncomingRecord, from origin: RecordOrigin, because problem: RecordProblem, attempts: Int32,
        ticket: LaneTicket
    ) async throws -> LaneCommit {
        try await LaneWork.run(database, process, ticket) { work in
            work.consume([record], from: origin)
            work.reject(record, from: origin)
        }
    }

    private func update(_ ticket: LaneTicket, _ change: @escaping (inout Tables.Lane) -> Void) async throws {
        try await again {
            try await repeatable { transaction in
                try await transaction.lock(.lane(ticket.lane))
                transaction.stage { tables in
                    if tables.lanes[ticket.lane]?.epoch == ticket.epoch { change(&tables.lanes[ticket.lane]!) }
                }
                try await transaction.commit()
            }
        }
    }

    /// Outside of a lane's transaction a lost COMMIT is repeated by whoever asked.
    private func repeatable<Result>(_ body: (Transaction) async throws -> Result) async throws -> Result {
        do { return try await database.transaction(process, body) } catch LaneFault.outcomeUnknown {
            throw LaneFault.unavailable("the connection was lost during commit")
        }
    }

    private func again<Result>(_ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch is Transaction.Again {
            throw LaneFault.unavailable("a lock was not granted")
        }
    }

    private func ticket(_ row: Tables.Lane) -> LaneTicket {
        LaneTicket(
            lane: row.id, epoch: row.epoch, nextOffset: row.nextOffset, lastIdentity: row.lastIdentity,
            laneSeq: row.laneSeq, publishedThrough: row.publishedThrough, claimsSinceProgress: row.claims, anchor: row.anchor,
            isNew: row.consumer != nil && row.nextOffset == 0 && row.lastIdentity == nil && row.anchor == nil)
    }
}
