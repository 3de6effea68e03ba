import Contracts
import Domain
import Workflow

@testable import Store

/// What tests of dead letters do with a county.
extension StoreCounty {
    var settling: SettleDeadLetters {
        SettleDeadLetters(store: DeadLetterTransactions(pool: pool), registers: registers) { acceptedAt in
            RequestID(acceptedAt: acceptedAt, random: UInt128.random(in: 0 ... .max))
        }
    }

    func replay(_ id: DeadLetterID, by tool: String = "letters") async throws -> SettleOutcome {
        let lane = lane(tool)
        let outcome = try await settling.replay(id, lane: lane)
        await drain(lane)
        await lane.close()
        return outcome
    }

    func discard(_ id: DeadLetterID, by tool: String = "letters") async throws -> SettleOutcome {
        let lane = lane(tool)
        let outcome = try await settling.discard(id, because: "of no use", lane: lane)
        await drain(lane)
        await lane.close()
        return outcome
    }

    func openLetters() async throws -> [DeadLetter] {
        try await DeadLetterReader(pool: pool).letters(DeadLetterFilter(), limit: 1_000)
    }

    func handler(of group: String) -> any BatchHandler {
        switch group {
        case "tuesday-router": router
        case "tuesday-followup": followUp
        default: statistics
        }
    }

    /// A record that says it is about the request and that no group can read.
    func broken(_ request: RequestID, at offset: Int64) -> IncomingRecord {
        IncomingRecord(
            offset: offset, key: Array("\(request)".utf8), value: [1], headers: [.init("ce_type", "tuesday.request.odd")],
            timestamp: 5)
    }

    /// Everything on the topic, moved behind what tests put there by hand.
    func later() -> [IncomingRecord] {
        topic.records().map { record in
            var record = record
            record.offset += 1_000_000
            return record
        }
    }

    /// The owners say "I have it": follow-up has a promise of each to settle.
    func acknowledge(_ requests: [RequestID]) async throws {
        for request in requests {
            guard let owner = try await status(request).owner else { continue }
            try await move(request, .acknowledge, by: .cadre(owner))
        }
    }

    /// Whether the group has done what the request's present state asks of it.
    func isDone(_ request: RequestID, by group: String) async throws -> Bool {
        switch group {
        case "tuesday-router": try await status(request).owner != nil
        case "tuesday-followup":
            try await count(
                """
                tuesday.deadline d join tuesday.request r on r.id = d.request_id
                where r.id = '\(request)' and d.next_at is not null
                  and ((d.kind = 1 and r.state <> 2) or (d.kind = 2 and r.state > 4))
                """) == 0
        default:
            try await count(
                "tuesday.statistic_fold f join tuesday.request r on r.id = f.request_id and r.last_seq = f.last_seq where r.id = '\(request)'")
                == 1
        }
    }
}
