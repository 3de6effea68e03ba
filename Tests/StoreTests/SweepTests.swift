import Domain
import PostgresClient
import Testing
import Workflow

@testable import Store

/// What becomes of requests whose records never reach a router.
struct SweepTests {
    private static let grace = Duration.seconds(60)

    @Test func `A received request whose record never reaches a router is routed after the grace`() async throws {
        try await StoreCounty.with { county in
            let ids = try await submitPublished(4, county)
            let retry = county.lane("retry")
            #expect(try await county.router.sweep(limit: 100, after: Self.grace) == 0)
            #expect(try await county.router.sweep(limit: 100, after: Self.grace) == 0)
            #expect(try await county.router.retry(limit: 100, lane: retry) == 0)
            try await age(county)
            #expect(try await county.router.sweep(limit: 100, after: Self.grace) == 4)
            #expect(try await county.router.retry(limit: 100, lane: retry) == 4)
            for id in ids { #expect(try await county.status(id).owner != nil) }
            #expect(try await county.count("tuesday.waiting") == 0)
            #expect(try await Verification(pool: county.pool).violations() == [])
            // The records arrive after all.
            try await county.consume(county.router, "router")
            #expect(try await county.count("tuesday.assignment") == 4)
        }
    }

    @Test func `A request routed in time never gets a waiting row, and each event is looked at once`() async throws {
        try await StoreCounty.with { county in
            try await submitPublished(50, county)
            try await county.consume(county.router, "router")
            try await county.run(
                """
                create table made (request_id uuid);
                create function note_row() returns trigger language plpgsql
                    as $$ begin insert into made values (new.request_id); return new; end $$;
                create trigger note_row before insert on tuesday.waiting for each row execute function note_row();
                """)
            let store = RoutingTransactions(pool: county.pool)
            var events = 0
            while let step = try await store.sweep(after: .zero) { events += step.events }
            #expect(try await store.sweep(after: .zero) == nil)
            #expect(events == 50)
            #expect(try await county.count("made") == 0)
        }
    }

    @Test func `A handed over, declined or reopened request is routed again without its record`() async throws {
        try await StoreCounty.with { county in
            let ids = try await submitPublished(3, county)
            try await county.consume(county.router, "router")
            let moves: [(Move, Actor)] = [
                (.handOver, .supervisor),
                (.decline(reason: nil), .cadre(try #require(try await county.status(ids[1]).owner))),
                (.resolve(outside: false), .supervisor),
            ]
            for (id, (move, actor)) in zip(ids, moves) { try await county.move(id, move, by: actor) }
            try await county.move(ids[2], .reopen, by: .resident)
            #expect(try await drainSweep(county) == 3)
            #expect(try await county.router.retry(limit: 100, lane: county.lane("retry")) == 3)
            for id in ids { #expect(try await county.status(id).state == .assigned) }
        }
    }

    @Test func `A request whose deadline was breached while it was undecided is found as well`() async throws {
        try await StoreCounty.with { county in
            let id = try await submitPublished(1, county)[0]
            try await county.consume(county.followUp, "followup")
            try await county.setClock(StoreCounty.monday.adding(minutes: 9 * 1_440))
            let timer = county.lane("timer")
            _ = try await county.followUp.fireDue(limit: 10, lane: timer)
            #expect(try await county.status(id).lastSeq > 1)
            #expect(try await drainSweep(county) == 1)
        }
    }

    @Test func `What is not published yet is late, not lost`() async throws {
        try await StoreCounty.with { county in
            try await submitPublished(2, county)
            try await county.run("update tuesday.lane set published_through = 1 where lane_seq = 2")
            #expect(try await drainSweep(county) == 1)
            try await county.run("update tuesday.lane set published_through = lane_seq")
            #expect(try await drainSweep(county) == 1)
        }
    }

    @Test func `Several sweepers and routers at once find each request once and never deadlock`() async throws {
        try await StoreCounty.with { county in
            try await county.run("update register.cadre set capacity = 30")
            for lane in 0..<12 { try await submitPublished(40, county, lane: "intake-\(lane)") }
            let found = try await withThrowingTaskGroup(of: Int.self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        var found = 0
                        for _ in 0..<20 { found += try await county.router.sweep(limit: 30, after: .zero) }
                        return found
                    }
                    group.addTask {
                        let lane = county.lane("retry-\(worker)")
                        for _ in 0..<20 { _ = try await county.router.retry(limit: 40, lane: lane) }
                        return 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(found <= 480)
            try await drainSweep(county)
            _ = try await county.router.retry(limit: 1_000, lane: county.lane("retry"))
            #expect(try await county.count("tuesday.request where waiting_reason = 1") == 0)
            #expect(try await county.count("tuesday.request where owner_id is not null") == 270)
            #expect(try await county.deadlocks() == 0)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `A parked request is left until it is unparked`() async throws {
        try await StoreCounty.with { county in
            let ids = try await submitPublished(2, county)
            try await county.run(
                "insert into tuesday.parked (consumer_group, request_id) values ('tuesday-router', '\(ids[0])')")
            try await drainSweep(county)
            let retry = county.lane("retry")
            #expect(try await county.router.retry(limit: 100, lane: retry) == 1)
            #expect(try await county.status(ids[0]).owner == nil)
            #expect(try await county.status(ids[1]).owner != nil)
            try await county.run("delete from tuesday.parked")
            try await county.setClock(StoreCounty.monday.adding(minutes: 61))
            #expect(try await county.router.retry(limit: 100, lane: retry) == 1)
            #expect(try await county.status(ids[0]).owner != nil)
        }
    }

    @Test func `One request whose routing fails is put off, and the others are routed`() async throws {
        try await StoreCounty.with { county in
            let ids = try await submitPublished(20, county)
            try await county.run(
                """
                create function spoil() returns trigger language plpgsql as $$
                begin
                    if new.request_id = '\(ids[7])' then
                        raise exception 'no such thing' using errcode = '22000';
                    end if;
                    return new;
                end $$;
                create trigger spoil before insert on tuesday.event for each row execute function spoil();
                """)
            try await drainSweep(county)
            let retry = county.lane("retry")
            #expect(try await county.router.retry(limit: 100, lane: retry) == 20)
            #expect(try await county.count("tuesday.request where owner_id is not null") == 19)
            let left = try await county.texts(
                """
                select request_id || ' ' || attempts || ' ' || extract(epoch from retry_at - clock.now())::int
                from tuesday.waiting
                """)
            #expect(left == ["\(ids[7]) 1 60"])
            #expect(try await county.router.retry(limit: 100, lane: retry) == 0)
            // Mended, it is routed at its next turn.
            try await county.run("drop trigger spoil on tuesday.event")
            try await county.setClock(StoreCounty.monday.adding(minutes: 2))
            #expect(try await county.router.retry(limit: 100, lane: retry) == 1)
            #expect(try await county.count("tuesday.waiting") == 0)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `A woken request whose routing fails is not held against the record that woke it`() async throws {
        try await StoreCounty.with { county in
            try await county.run("update register.cadre set capacity = 1")
            let ids = try await county.submit(4, village: "V1")
            try await county.consume(county.router, "router")
            let statuses = try await ids.asyncMap { try await county.status($0) }
            let waiting = try #require(statuses.first { $0.owner == nil })
            let owned = try #require(statuses.first { $0.owner != nil })
            try await county.run(
                """
                create function spoil() returns trigger language plpgsql as $$
                begin
                    if new.request_id = '\(waiting.id)' then
                        raise exception 'no such thing' using errcode = '22000';
                    end if;
                    return new;
                end $$;
                create trigger spoil before insert on tuesday.event for each row execute function spoil();
                """)
            try await county.move(owned.id, .resolve(outside: false), by: .supervisor)
            try await county.consume(county.router, "router")
            #expect(try await county.status(waiting.id).owner == nil)
            #expect(try await county.count("tuesday.waiting where request_id = '\(waiting.id)'") == 1)
        }
    }

    @Test func `A waiting request that somebody holds is passed without waiting, and not forgotten`() async throws {
        try await StoreCounty.with { county in
            let ids = try await submitPublished(3, county)
            #expect(try await drainSweep(county) == 3)
            let retry = county.lane("retry")
            try await county.pool.withConnection { connection in
                // As a router does that has just decided this request: next it writes the waiting row.
                try await connection.execute(
                    script: "begin; select from tuesday.request where id = '\(ids[1])' for no key update")
                #expect(try await county.router.retry(limit: 100, lane: retry) == 2)
                try await connection.execute(
                    script: """
                        update tuesday.waiting set attempts = attempts + 1 where request_id = '\(ids[1])';
                        commit
                        """)
            }
            #expect(try await county.texts("select request_id::text from tuesday.waiting") == ["\(ids[1])"])
            #expect(try await county.router.retry(limit: 100, lane: retry) == 1)
            for id in ids { #expect(try await county.status(id).owner != nil) }
            #expect(try await county.deadlocks() == 0)
        }
    }

    @Test func `A waiting row of a request that does not exist is not looked at for ever`() async throws {
        try await StoreCounty.with { county in
            let id = try await submitPublished(1, county)[0]
            try await drainSweep(county)
            try await county.run("update tuesday.waiting set request_id = gen_random_uuid()")
            _ = try await county.router.retry(limit: 100, lane: county.lane("retry"))
            #expect(try await county.count("tuesday.waiting") == 0)
            let broken = try await Verification(pool: county.pool).violations()
            #expect(broken.contains { $0.hasPrefix("a request that waits for the router has a timer once") })
            #expect(broken.contains { $0.contains("\(id)") })
        }
    }

    // MARK: parts

    /// Accepts submissions and waits until the lane's row says that they are published; no router reads them.
    @discardableResult
    private func submitPublished(
        _ count: Int, _ county: StoreCounty, lane name: String = "intake"
    ) async throws -> [RequestID] {
        let lane = county.lane(name)
        let ids = try await county.submit(count, lane: lane)
        await lane.close()
        return ids
    }

    /// As if the grace had passed since the lanes were marked.
    private func age(_ county: StoreCounty) async throws {
        try await county.run("update tuesday.routing_sweep set marked_at = marked_at - interval '61 seconds'")
    }

    /// Looks through everything that is published now; returns how many requests were found.
    @discardableResult
    private func drainSweep(_ county: StoreCounty) async throws -> Int {
        let store = RoutingTransactions(pool: county.pool)
        var found = 0
        while let step = try await store.sweep(after: .zero) { found += step.found }
        return found
    }
}

extension Sequence {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var values: [T] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
