import Contracts
import Domain
import Testing
import Workflow

@testable import Store

struct ReadingTests {
    @Test func `A request is read with its events and deadlines`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1, village: "V1")[0]
            try await county.consume(county.router, "router")
            try await county.consume(county.followUp, "followup")
            let reader = RequestReader(pool: county.pool)
            let view = try #require(try await reader.request(id))
            #expect(view.events.map(\.type) == ["received", "assigned"])
            #expect(view.events.map(\.body) == county.topic.records().map { $0.value ?? [] })
            #expect(view.deadlines.map(\.kind) == ["acknowledge", "resolve"])
            #expect(view.village == "V1")
            #expect(view.service == "S1")
            #expect(view.owner == "C\(try #require(view.status.owner))")
            #expect(try await reader.request(RequestID(5)) == nil)
        }
    }

    @Test func `Pages run from the newest to the oldest without gap or repeat, whatever the filter`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(31)
            try await county.consume(county.router, "router")
            let ids = try await county.texts("select id::text from tuesday.request order by id desc")
            try await county.move(try #require(RequestID(ids[3])), .withdraw, by: .resident)
            let reader = RequestReader(pool: county.pool)
            func pages(_ filter: RequestFilter) async throws -> [RequestView] {
                var filter = filter
                var all: [RequestView] = []
                repeat {
                    let page = try await reader.requests(filter)
                    all += page.requests
                    #expect(page.requests.count <= filter.limit)
                    filter.before = page.next
                } while filter.before != nil
                return all
            }
            let all = try await pages(RequestFilter(limit: 7))
            #expect(all.map { "\($0.status.id)" } == ids)
            let village = try await pages(RequestFilter(village: "V3", limit: 2))
            #expect(village.map(\.status.id) == all.filter { $0.village == "V3" }.map(\.status.id))
            let owner = try await pages(RequestFilter(owner: "C2", limit: 2))
            #expect(owner.map(\.status.id) == all.filter { $0.owner == "C2" }.map(\.status.id))
            #expect(try await pages(RequestFilter(isOpen: false, limit: 5)).map { "\($0.status.id)" } == [ids[3]])
            #expect(try await pages(RequestFilter(isOpen: true, limit: 5)).count == 30)
            #expect(try await pages(RequestFilter(village: "nowhere", limit: 5)).isEmpty)
        }
    }

    @Test func `A list of open or closed requests looks through a bounded number a page, and still meets every one`()
        async throws
    {
        try await StoreCounty.with { county in
            // Every 4,000th of 14,001 is open.
            try await county.run(
                """
                insert into tuesday.request (id, accepted_at, submitted_at, county_id, town_id, village_id, service_id,
                    last_seq, state, waiting_reason, resolved_at, priority)
                select (lpad(to_hex(n), 12, '0') || '00007000800000000000')::uuid, now(), now(), 1, 1, 1, 1, 1,
                    case when n % 4000 = 0 then 1 else 5 end, case when n % 4000 = 0 then 1 end, now(), 3
                from generate_series(0, 14000) n
                """)
            let reader = RequestReader(pool: county.pool)
            let first = try await reader.requests(RequestFilter(isOpen: true, limit: 5))
            #expect(first.requests.count == 2)
            #expect(first.next != nil)
            let last = try await reader.requests(RequestFilter(isOpen: true, before: first.next, limit: 5))
            #expect(last.requests.count == 2)
            #expect(last.next == nil)
            let ids = (first.requests + last.requests).map { "\($0.status.id)" }
            #expect(
                ids == (try await county.texts("select id::text from tuesday.request where state = 1 order by id desc")))
            let closed = try await reader.requests(RequestFilter(isOpen: false, limit: 5))
            #expect(closed.requests.count == 5)
            #expect(closed.next == closed.requests.last?.status.id)
            try await county.run("update tuesday.request set state = 5, waiting_reason = null where state = 1")
            let empty = try await reader.requests(RequestFilter(isOpen: true, limit: 5))
            #expect(empty.requests.isEmpty)
            #expect(empty.next != nil)
        }
    }

    @Test func `A cadre's code is found when one cadre has it`() async throws {
        try await StoreCounty.with { county in
            let reader = RequestReader(pool: county.pool)
            let known = try await reader.cadre(code: "C3")
            let unknown = try await reader.cadre(code: "nobody")
            #expect(known == Cadre.ID(3))
            #expect(unknown == nil)
        }
    }

    @Test func `Live figures count every request once`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(12) + county.submit(3, service: "S3")
            try await county.consume(county.router, "router")
            try await county.move(ids[0], .withdraw, by: .resident)
            try await county.move(ids[1], .resolve(outside: false), by: .supervisor)
            try await county.consume(county.statistics, "stats")
            let figures = try await RequestReader(pool: county.pool).liveFigures()
            #expect(Dictionary(uniqueKeysWithValues: figures.byState)
                == ["waiting": 3, "assigned": 10, "resolved": 1, "withdrawn": 1])
            #expect(figures.waitingByReason.map(\.reason) == ["nobody_certified"])
            #expect(figures.now == StoreCounty.monday)
        }
    }

    /// Each damage with the rule that names it.
    private static let damages = [
        ("delete from tuesday.event where seq = 2", "events are numbered without gaps"),
        ("update tuesday.assignment set ended_at = assigned_at, ended_because = 7", "an owned request has exactly one"),
        ("update register.cadre_load set open = open + 1 where cadre_id = 1", "a cadre's load is"),
        ("update register.cadre_load set open = 99 where cadre_id = 1", "no cadre was given more"),
        ("delete from tuesday.waiting", "a request waits for a found reason"),
        (
            """
            delete from clock.virtual;
            update tuesday.assignment set assigned_at = now() - interval '10 minutes';
            update tuesday.waiting set retry_at = now() - interval '3 hours'
            """, "no waiting request is passed over"
        ),
        ("update tuesday.deadline set breached_at = due_at - interval '1 second'", "no deadline fires before"),
        ("update tuesday.deadline set next_at = due_at", "a deadline waits for"),
        ("update tuesday.idempotency_key set request_id = gen_random_uuid()", "an idempotency key names"),
        ("delete from personal.submission", "every request has its submission"),
        ("update tuesday.lane set lane_seq = lane_seq + 1", "a lane's messages are numbered"),
        ("update tuesday.request set village_id = 77", "a request's place is in the register"),
        ("update tuesday.assignment set register_version = 999", "an assignment names"),
        (
            """
            update tuesday.lane
            set published_through = 0, lease_until = now() - interval '1 hour', progressed_at = now() - interval '1 hour'
            """, "somebody publishes"
        ),
        ("insert into tuesday.parked (consumer_group, request_id) select 'a', id from tuesday.request", "a request is parked exactly"),
        (
            "insert into tuesday.repetition select 99, 5, now(), gen_random_uuid(), 5, 'a'",
            "what leaves once more exists"
        ),
        ("insert into tuesday.statistic_fold (request_id, last_seq) values (gen_random_uuid(), 1)", "nothing is counted"),
    ]

    @Test(arguments: damages) func `Verification names what is broken`(_ damage: (sql: String, rule: String)) async throws {
        try await StoreCounty.with { county in
            try await county.submit(2)
            try await county.submit(1, service: "S3")
            try await county.consume(county.router, "router")
            try await county.consume(county.followUp, "followup")
            try await county.consume(county.statistics, "stats")
            #expect(try await Verification(pool: county.pool).violations() == [])
            try await county.run(damage.sql)
            let found = try await Verification(pool: county.pool).violations()
            #expect(found.contains { $0.hasPrefix(damage.rule) }, "\(found)")
        }
    }

    @Test func `A waiting request is passed over only by routers that were at work for long, and not while it is parked`()
        async throws
    {
        try await StoreCounty.with { county in
            try await county.submit(1)
            let id = try await county.submit(1, service: "S3")[0]
            try await county.consume(county.router, "router")
            try await county.run(
                """
                delete from clock.virtual;
                update tuesday.waiting
                set retry_at = now() - interval '3 hours', decided_at = now() - interval '4 hours'
                """)
            func isBlamed(decided ago: String) async throws -> Bool {
                try await county.run("update tuesday.assignment set assigned_at = now() - interval '\(ago)'")
                return try await Verification(pool: county.pool).violations()
                    .contains { $0.hasPrefix("no waiting request is passed over: request \(id) ") }
            }
            #expect(try await !isBlamed(decided: "4 minutes"))
            #expect(try await !isBlamed(decided: "2 hours"))
            #expect(try await isBlamed(decided: "10 minutes"))
            try await county.run("insert into tuesday.parked (consumer_group, request_id) values ('tuesday-router', '\(id)')")
            #expect(try await !isBlamed(decided: "10 minutes"))
            try await county.run("update tuesday.parked set consumer_group = 'tuesday-followup'")
            #expect(try await isBlamed(decided: "10 minutes"))
            try await county.run("insert into clock.virtual (now_at, set_at, rate) values (now(), now(), 1)")
            #expect(try await !isBlamed(decided: "10 minutes"))
        }
    }

    @Test func `A cadre keeps what there was capacity for when it was given, and is given no more than there is`()
        async throws
    {
        try await StoreCounty.with { county in
            try await county.submit(2, village: "V1")
            try await county.consume(county.router, "router")
            #expect(try await county.count("register.cadre_load where cadre_id = 1 and open = 2") == 1)
            let verification = Verification(pool: county.pool)
            try await county.run("update register.cadre set capacity = 1 where id = 1")
            #expect(try await verification.violations() == [])
            // As if the router had known of it.
            try await county.run(
                """
                update tuesday.assignment
                set register_version = (select version from register.county)
                where number = 1 and request_id = (select max(id::text)::uuid from tuesday.request)
                """)
            let found = try await verification.violations()
            #expect(found.count == 1 && found[0].hasPrefix("no cadre was given more than the capacity: cadre 1 "), "\(found)")
        }
    }
}
