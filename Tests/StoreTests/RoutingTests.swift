import Contracts
import Domain
import Testing
import Workflow

@testable import Store

struct RoutingTests {
    @Test func `Four routers at once never fill a cadre beyond capacity, and every request ends with an owner or a reason`()
        async throws
    {
        try await StoreCounty.with { county in
            try await county.submit(300, service: "S1")
            try await county.submit(100, service: "S2")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for partition in 0..<4 {
                    group.addTask {
                        let records = county.topic.records(partition: Int32(partition), of: 4)
                        // Several batches a lane, so that they overlap.
                        for end in stride(from: 20, through: records.count + 20, by: 20) {
                            try await county.consume(
                                county.router, "router", partition: Int32(partition),
                                from: Array(records.prefix(end)))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await county.count("register.cadre_load where open > capacity") == 0)
            let open = try await county.count("tuesday.request where state = 2 and owner_id is not null")
            let waiting = try await county.count("tuesday.request where state = 1 and waiting_reason = 5")
            #expect(open == 180)
            #expect(waiting == 220)
            #expect(try await county.deadlocks() == 0)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `With its owner a request has the promise to acknowledge, and the owner is told`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1, village: "V1")[0]
            try await county.consume(county.router, "router")
            let owner = try #require(try await county.status(id).owner)
            #expect(
                try await county.texts("select kind || ' ' || epoch from tuesday.deadline where next_at is not null order by kind")
                    == ["1 1", "2 0"])
            #expect(
                try await county.texts("select template || ' ' || recipient from tuesday.notification")
                    == ["assigned cadre:\(owner.rawValue)"])
        }
    }

    @Test func `A request that moved before the router heard of it is judged as it is now, with all of its batch`()
        async throws
    {
        try await StoreCounty.with { county in
            let ids = try await county.submit(5, village: "V1")
            try await county.move(ids[1], .withdraw, by: .resident)
            try await county.move(ids[3], .resolve(outside: true), by: .supervisor)
            // The first events alone: none of them tells of the moves. One of them comes twice.
            let first = county.topic.records().prefix(5)
            var repeated = first[0]
            repeated.offset = 5
            try await county.consume(county.router, "router", from: first + [repeated])
            var states: [RequestState] = []
            for id in ids { states.append(try await county.status(id).state) }
            #expect(states == [.assigned, .withdrawn, .assigned, .resolved, .assigned])
            #expect(try await county.count("tuesday.assignment") == 3)
            #expect(try await county.count("tuesday.notification where template = 'assigned'") == 3)
            // And once more, read by a lane that knows nothing of it.
            try await county.consume(county.router, "router", partition: 1, from: first + [repeated])
            #expect(try await county.count("tuesday.assignment") == 3)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `A declined request is routed again, and not to the one who declined it`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1, village: "V1")[0]
            try await county.consume(county.router, "router")
            let first = try #require(try await county.status(id).owner)
            try await county.move(id, .decline(reason: nil), by: .cadre(first))
            #expect(try await county.status(id).reason == .routing)
            try await county.consume(county.router, "router")
            let second = try #require(try await county.status(id).owner)
            #expect(second != first)
            #expect(try await county.count("register.cadre_load where open > 0") == 1)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `A request nobody can take waits with its reason, and a new certificate wakes it`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1, service: "S3")[0]
            try await county.consume(county.router, "router")
            #expect(try await county.status(id).reason == .nobodyCertified)
            let lane = county.lane("retry")
            #expect(try await county.router.retry(limit: 10, lane: lane) == 0)
            try await county.run(
                """
                insert into register.certificate (county_id, cadre_id, skill_id, level, issued_at, expires_at)
                values (1, 8, 2, 5, '2021-01-01', '2040-01-01');
                insert into register.coverage (county_id, cadre_id, role) values (1, 8, 4)
                """)
            #expect(try await county.router.retry(limit: 10, lane: lane) == 1)
            #expect(try await county.status(id).owner == Cadre.ID(8))
            #expect(try await county.count("tuesday.waiting") == 0)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `A request that found everyone full is woken by a released load`() async throws {
        try await StoreCounty.with { county in
            try await county.run("update register.cadre set capacity = 1")
            let ids = try await county.submit(4, village: "V1")
            try await county.consume(county.router, "router")
            var waiting: [RequestID] = []
            var owned: [(RequestID, Cadre.ID)] = []
            for id in ids {
                let status = try await county.status(id)
                if let owner = status.owner { owned.append((id, owner)) } else { waiting.append(id) }
            }
            // The village's, the town's and the pool's cadre have one each.
            #expect(owned.count == 3)
            #expect(waiting.count == 1)
            #expect(try await county.status(waiting[0]).reason == .everyoneAtCapacity)
            try await county.move(owned[0].0, .resolve(outside: false), by: .cadre(owned[0].1))
            try await county.consume(county.router, "router")
            #expect(try await county.status(waiting[0]).owner == owned[0].1)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `A decision is not made from an older register`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(1, village: "V1")
            _ = try await county.registers.refresh()
            try await county.run("update register.cadre set is_active = false where code = 'C1'")
            try await county.consume(county.router, "router")
            #expect(try await county.texts("select cadre_id::text from tuesday.assignment") == ["7"])
            let stored = try await county.texts("select register_version::text from tuesday.assignment")
            #expect(stored == [try await county.texts("select version::text from register.county")[0]])
        }
    }

    @Test func `Records read again change nothing`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(10)
            try await county.consume(county.router, "router")
            let records = county.topic.records()
            let ticket = try await county.claim("router")
            let commit = try await county.router.handle(
                records, from: RecordOrigin(group: "router", topic: Topic.requests.rawValue, partition: 0),
                ticket: ticket.advanced(past: records))
            #expect(commit.messages.isEmpty)
            #expect(try await county.count("tuesday.assignment") == 10)
        }
    }

    @Test func `Overlapping batches of moves, routing and deadlines never deadlock`() async throws {
        try await StoreCounty.with { county in
            try await county.run("update register.cadre set capacity = 1000")
            let ids = try await county.submit(120)
            try await county.consume(county.router, "router")
            try await county.consume(county.followUp, "followup")
            // Late enough for every acknowledge deadline to be breached and handed over.
            try await county.setClock(StoreCounty.monday.adding(minutes: 3 * 1_440))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<2 {
                    group.addTask {
                        let lane = county.lane("move")
                        for _ in 0..<15 {
                            let commands = ids.shuffled().prefix(40).map {
                                MoveCommand(request: $0, move: .handOver, actor: .supervisor)
                            }
                            _ = try await county.moves.move(Array(commands), lane: lane)
                        }
                    }
                    group.addTask {
                        let lane = county.lane("timer")
                        for _ in 0..<15 { _ = try await county.followUp.fireDue(limit: 30, lane: lane) }
                    }
                    group.addTask {
                        for _ in 0..<15 {
                            try await county.consume(
                                county.followUp, "followup-\(worker)",
                                from: county.topic.records().shuffled().enumerated().map { index, record in
                                    var record = record
                                    record.offset = Int64(index)
                                    return record
                                })
                        }
                    }
                    group.addTask {
                        let lane = county.lane("retry")
                        for _ in 0..<15 {
                            _ = try await county.router.retry(limit: 50, lane: lane)
                            try await county.consume(county.router, "router-\(worker)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await county.deadlocks() == 0)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }
}
