import Contracts
import Domain
import Synchronization
import Testing
import Workflow

@testable import Store

/// What a repair finds undone, and how it puts that right.
struct RepairTests {
    private func repair(
        _ county: StoreCounty, _ scope: RepairScope = .unapplied, resetting positions: [LanePosition] = []
    ) async throws -> (ticket: LaneTicket, outcome: RepairOutcome) {
        let ticket = try await LaneStore(pool: county.pool).borrow(pool: "repair", owner: "test")
        return try await RepairTransactions(pool: county.pool).repair(
            scope, because: "a test", log: county.log, resetting: positions, ticket: ticket)
    }

    /// Everything, in the groups' own order.
    private func work(_ county: StoreCounty) async throws {
        try await county.consume(county.router, "tuesday-router")
        try await county.consume(county.followUp, "tuesday-followup")
        try await county.consume(county.statistics, "tuesday-stats")
    }

    @Test func `When every group has applied everything, nothing leaves once more`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(6) + county.submit(2, service: "S3")
            try await work(county)
            let owners = [try await county.status(ids[0]).owner, try await county.status(ids[1]).owner]
            try await county.move(ids[0], .acknowledge, by: .cadre(try #require(owners[0])))
            try await county.move(ids[1], .decline(reason: nil), by: .cadre(try #require(owners[1])))
            try await county.move(ids[2], .resolve(outside: false), by: .supervisor)
            try await county.move(ids[3], .withdraw, by: .resident)
            try await work(county)
            try await work(county)
            let (ticket, outcome) = try await repair(county)
            #expect(outcome == RepairOutcome())
            #expect(ticket.laneSeq == ticket.publishedThrough)
        }
    }

    @Test(arguments: ["tuesday-router", "tuesday-followup", "tuesday-stats"])
    func `What one group has not applied leaves once more, and its effects come about`(_ group: String) async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(4, village: "V1")
            try await work(county)
            // Of these the group never sees a record.
            let unseen = try await county.submit(2, village: "V2")
            let resolved = ids[0]
            try await county.move(resolved, .resolve(outside: false), by: .supervisor)
            if group != "tuesday-router" { try await county.consume(county.router, "tuesday-router") }
            try await county.acknowledge(unseen)
            for other in ["tuesday-followup", "tuesday-stats"] where other != group {
                try await county.consume(county.handler(of: other), other)
            }
            let before = county.topic.records().count
            let (ticket, outcome) = try await repair(county)
            #expect(outcome.requests >= 2)
            #expect(outcome.events == ticket.laneSeq)
            let store = LaneStore(pool: county.pool)
            try await county.topic.publish(try await store.tail(of: ticket.lane, after: 0, limit: 1_000))
            let again = county.topic.records().filter { $0.offset >= Int64(before) }
            #expect(again.count == Int(outcome.events))
            try await county.consume(county.handler(of: group), group, from: again)
            for id in unseen { #expect(try await county.isDone(id, by: group)) }
            if group == "tuesday-followup" {
                #expect(try await county.count("tuesday.deadline where request_id = '\(resolved)' and next_at is not null") == 0)
                #expect(try await county.count("tuesday.notification where template = 'resolved'") == 1)
            }
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
            try await county.run("update tuesday.lane set published_through = lane_seq")
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `A late answer of which follow-up never read leaves once more, and the resident is told`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1)[0]
            try await work(county)
            let owner = try #require(try await county.status(id).owner)
            try await county.move(id, .acknowledge, by: .cadre(owner))
            // Of the acknowledgement follow-up has not read when the instants of both promises come.
            try await county.setClock(StoreCounty.monday.adding(minutes: 31 * 1_440))
            let lane = county.lane("timer")
            #expect(try await county.followUp.fireDue(limit: 100, lane: lane) == 2)
            await county.drain(lane)
            await lane.close()
            #expect(try await county.count("tuesday.deadline where next_at is null and met_at is null") == 2)
            /// Everybody but follow-up reads on, and then the topic is gone.
            func lose() async throws {
                try await county.consume(county.statistics, "tuesday-stats")
                try await county.consume(county.router, "tuesday-router")
                try await county.consume(county.statistics, "tuesday-stats")
            }
            func repaired() async throws -> Int64 {
                let before = Int64(county.topic.records().count)
                let (ticket, outcome) = try await repair(county)
                let store = LaneStore(pool: county.pool)
                try await county.topic.publish(try await store.tail(of: ticket.lane, after: ticket.publishedThrough, limit: 1_000))
                try await store.recordPublished(ticket, through: ticket.laneSeq)
                try await store.release(ticket)
                try await county.consume(
                    county.followUp, "tuesday-followup", from: county.topic.records().filter { $0.offset >= before })
                return outcome.requests
            }
            try await lose()
            #expect(try await repaired() == 1)
            #expect(try await county.count("tuesday.deadline where kind = 1 and met_at is not null") == 1)
            try await county.move(id, .resolve(outside: false), by: .cadre(owner))
            try await lose()
            #expect(try await repaired() == 1)
            #expect(try await county.count("tuesday.notification where template = 'resolved'") == 1)
            try await county.move(id, .reopen, by: .resident)
            try await county.move(id, .resolve(outside: true), by: .system)
            try await lose()
            #expect(try await repaired() == 1)
            #expect(try await county.count("tuesday.notification where template = 'resolved'") == 2)
            try await lose()
            #expect(try await repaired() == 0)
        }
    }

    @Test func `A repair that stopped holds no lane against its worker`() async throws {
        try await StoreCounty.with { county in
            let lanes = [try await county.claim("tuesday-stats"), try await county.claim("tuesday-router")].map(\.lane)
            let stopped = try await county.pool.withConnection { connection in
                try await connection.execute(script: "begin; select from tuesday.lane where id = \(lanes[1]) for update")
                let stopped = Task {
                    try await repair(county, resetting: lanes.map { LanePosition(lane: $0, nextOffset: 0) })
                }
                try await county.awaitLockWaits(1)
                // It holds the first, and gets no further.
                _ = try await county.claim("tuesday-stats")
                try await connection.execute(script: "rollback")
                return stopped
            }
            await #expect(throws: LaneFault.self) { _ = try await stopped.value }
        }
    }

    @Test func `A lane put back begins where it is told, and whoever held it is fenced`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(3)
            let held = try await county.consume(county.statistics, "tuesday-stats")
            #expect(held.nextOffset == 3)
            let (_, outcome) = try await repair(county, resetting: [LanePosition(lane: held.lane, nextOffset: 1)])
            #expect(outcome.lanes == 1)
            await #expect(throws: LaneFault.fenced) { try await LaneStore(pool: county.pool).resume(held) }
            let claimed = try await county.claim("tuesday-stats")
            #expect(claimed.nextOffset == 1)
            #expect(claimed.lastIdentity == nil)
            try await county.consume(county.statistics, "tuesday-stats")
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
        }
    }

    @Test func `A log that waits for its rebuild is known once everything is written`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(5)
            let store = LaneStore(pool: county.pool)
            let log = try await store.log(cluster: "other", incarnation: "two")
            #expect(log.needsRebuild)
            let ticket = try await store.borrow(pool: "repair", owner: "test")
            let (_, outcome) = try await RepairTransactions(pool: county.pool).repair(
                .all, because: "a test", log: log.id, ticket: ticket)
            #expect(outcome.requests == 5)
            #expect(try await !store.log(cluster: "other", incarnation: "two").needsRebuild)
        }
    }

    @Test func `Publishing keeps step with the slowest group, and gives the lane back`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(50)
            try await county.run("update tuesday.lane set published_through = lane_seq")
            let (ticket, outcome) = try await repair(county, .all)
            let before = county.topic.all.count
            let lags = Mutex<[Int64]>([9_000, 6_000, 4_000])
            let waits = Mutex(0)
            try await PacedPublishing(keeper: LaneStore(pool: county.pool), sink: county.topic, pace: .embedded).run(
                ticket,
                lag: { .init(records: lags.withLock { $0.isEmpty ? 0 : $0.removeFirst() }, place: "a group") },
                progress: { if case .waiting = $0 { waits.withLock { $0 += 1 } } })
            #expect(waits.withLock { $0 } == 2)
            #expect(county.topic.all.count - before == Int(outcome.events))
            #expect(try await county.count("tuesday.lane where id = \(ticket.lane) and published_through = lane_seq and owner is null") == 1)
        }
    }
}
