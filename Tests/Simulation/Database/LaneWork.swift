import Contracts
import Workflow

/// One transaction on one lane, as the real stores run it: the lane's row first, messages numbered in order, effects,
/// messages and the lane's advance committed together.
struct LaneWork {
    let transaction: Transaction
    let ticket: LaneTicket
    private(set) var laneSeq: Int64
    private(set) var messages: [OutgoingMessage] = []

    static func run(
        _ database: SimulatedDatabase, _ process: SimulatedProcess, _ ticket: LaneTicket,
        prepare: (LaneCommit) -> Void = { _ in }, _ body: (inout LaneWork) async throws -> Void
    ) async throws -> LaneCommit {
        for _ in 0..<20 {
            do {
                return try await database.transaction(process) { transaction in
                    try await transaction.lock(.lane(ticket.lane))
                    guard let row = database.tables.lanes[ticket.lane],
                        row.epoch == ticket.epoch || database.world.defect == .noEpochCheck
                    else { throw LaneFault.fenced }
                    var work = LaneWork(transaction: transaction, ticket: ticket, laneSeq: row.laneSeq)
                    try await body(&work)
                    let commit = LaneCommit(messages: work.messages, laneSeq: work.laneSeq)
                    work.advance()
                    prepare(commit)
                    try await transaction.commit()
                    return commit
                }
            } catch is Transaction.Again {
                await VirtualExecutor.sleep(milliseconds: Int64(database.world.random.between(1, 40)))
            }
        }
        throw LaneFault.unavailable("a lock was not granted")
    }

    init(transaction: Transaction, ticket: LaneTicket, laneSeq: Int64) {
        self.transaction = transaction
        self.ticket = ticket
        self.laneSeq = laneSeq
    }

    mutating func append(_ event: Event) {
        laneSeq += 1
        messages.append(event.message(laneSeq: laneSeq))
        transaction.stage { $0.requests[event.request]!.events.append(event) }
    }

    mutating func notify(_ text: String) {
        laneSeq += 1
        messages.append(
            OutgoingMessage(
                topic: .notifications, laneSeq: laneSeq, key: nil, value: Array(text.utf8),
                headers: [.init("ce_id", "\(ticket.lane)-\(laneSeq)")], at: 0))
    }

    mutating func reject(_ record: IncomingRecord, from origin: RecordOrigin) {
        laneSeq += 1
        messages.append(
            OutgoingMessage(
                topic: .deadLetters, laneSeq: laneSeq, key: record.key, value: record.value,
                headers: [.init("ce_id", "\(ticket.lane)-\(laneSeq)")], at: 0))
        let letter = Tables.DeadLetter(group: origin.group, partition: origin.partition, place: Tables.RecordPlace(record))
        let request = Event(record)?.request
        transaction.stage { tables in
            tables.deadLetters.append(letter)
            if let request { tables.parked[origin.group, default: []].insert(request) }
        }
    }

    /// Says which records this transaction applies, so that whatever the lane's advance passes over is noticed.
    func consume(_ records: [IncomingRecord], from origin: RecordOrigin) {
        let key = Tables.ConsumerKey(group: origin.group, partition: origin.partition)
        let (lane, next) = (ticket.lane, ticket.nextOffset)
        let world = transaction.database.world
        let places = records.map(Tables.RecordPlace.init)
        let anchors = records.map { LaneAnchor(offset: $0.offset, identity: $0.identity) }
        transaction.stage { tables in
            tables.applied[key, default: []].formUnion(places)
            tables.appliedAnchors[key, default: []].formUnion(anchors)
            let before = max(tables.lanes[lane]!.nextOffset, world.kafka.log(origin.topic, origin.partition).low)
            guard before < next else { return }
            let skipped = (before..<next).filter { offset in !places.contains { $0.offset == offset } }
            if !skipped.isEmpty { world.violation("I8: \(origin.group) \(origin.partition) passed over the offsets \(skipped)") }
        }
    }

    /// Stages the lane's own row, and what every transaction is judged by when it commits.
    private func advance() {
        let (ticket, laneSeq, messages) = (ticket, laneSeq, messages)
        let world = transaction.database.world
        let leaseUntil = VirtualExecutor.shared.milliseconds + 15_000
        transaction.stage { tables in
            var row = tables.lanes[ticket.lane]!
            if row.epoch != ticket.epoch {
                world.violation("I7: lane \(ticket.lane) was written with epoch \(ticket.epoch) when its epoch was \(row.epoch)")
            }
            world.trace("lane \(row.id) \(row.pool ?? row.consumer?.group ?? "") advances to offset \(ticket.nextOffset), message \(laneSeq): \(messages.map { $0.headers[0].value })")
            row.nextOffset = ticket.nextOffset
            row.lastIdentity = ticket.lastIdentity
            row.anchor = row.anchor ?? ticket.lastIdentity.map { LaneAnchor(offset: ticket.nextOffset - 1, identity: $0) }
            row.laneSeq = laneSeq
            row.publishedThrough = min(max(row.publishedThrough, ticket.publishedThrough), laneSeq)
            row.leaseUntil = leaseUntil
            row.claims = 0
            row.messages += messages
            tables.lanes[ticket.lane] = row
        }
    }
}
