import Contracts
import Domain
import Testing
import Workflow

@testable import Store

struct FollowUpTests {
    /// A request with an owner and its deadlines.
    private func assigned(_ county: StoreCounty) async throws -> (RequestID, Cadre.ID) {
        let id = try await county.submit(1, village: "V1")[0]
        try await county.consume(county.router, "router")
        try await county.consume(county.followUp, "followup")
        return (id, try #require(try await county.status(id).owner))
    }

    private func fire(_ county: StoreCounty, at now: Instant) async throws -> Int {
        try await county.setClock(now)
        let lane = county.lane("timer")
        let count = try await county.followUp.fireDue(limit: 100, lane: lane)
        await county.drain(lane)
        await lane.close()
        return count
    }

    private func types(_ county: StoreCounty, _ id: RequestID) async throws -> [String] {
        try #require(try await RequestReader(pool: county.pool).request(id)).events.map(\.type)
    }

    @Test func `Each stage fires once, and never before its instant`() async throws {
        try await StoreCounty.with { county in
            let (id, owner) = try await assigned(county)
            // Sixty working minutes from ten o'clock, reminded at half; both deadlines exist.
            #expect(try await county.count("tuesday.deadline") == 2)
            let due = StoreCounty.monday.adding(minutes: 60)
            #expect(try await fire(county, at: StoreCounty.monday.adding(minutes: 29)) == 0)
            #expect(try await fire(county, at: StoreCounty.monday.adding(minutes: 30)) == 1)
            #expect(try await fire(county, at: StoreCounty.monday.adding(minutes: 31)) == 0)
            #expect(try await fire(county, at: due.adding(seconds: -1)) == 0)
            #expect(try await fire(county, at: due) == 1)
            #expect(try await fire(county, at: due.adding(seconds: 1)) == 0)
            #expect(try await types(county, id) == ["received", "assigned", "breached"])
            let templates = try await county.texts("select template from tuesday.notification order by lane_id, lane_seq")
            #expect(Set(templates) == ["assigned", "remind_acknowledge", "breached_acknowledge"])
            try await county.move(id, .acknowledge, by: .cadre(owner))
            try await county.consume(county.followUp, "followup")
            #expect(try await county.count("tuesday.deadline where kind = 1 and met_at is not null and next_at is null") == 1)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `A silent owner loses the request, the load, and the next routing`() async throws {
        try await StoreCounty.with { county in
            let (id, owner) = try await assigned(county)
            #expect(try await fire(county, at: StoreCounty.monday.adding(minutes: 3 * 1_440)) == 2)
            var status = try await county.status(id)
            #expect(status.owner == nil)
            #expect(status.reason == .routing)
            #expect(try await county.count("register.cadre_load where open > 0") == 0)
            try await county.consume(county.router, "router")
            status = try await county.status(id)
            #expect(status.owner != nil)
            #expect(status.owner != owner)
            #expect(status.assignment == 2)
            // A new promise for the new owner; the resolve promise is the same.
            try await county.consume(county.followUp, "followup")
            #expect(try await county.count("tuesday.deadline where kind = 1") == 2)
            #expect(try await county.count("tuesday.deadline where kind = 2") == 1)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `A promise that cannot fire holds up no other, and is tried again`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(9, village: "V1")
            try await county.consume(county.router, "router")
            try await county.consume(county.followUp, "followup")
            let first = try #require(ids.min())
            // As a text would be that no column takes: it fails whenever somebody is to be told of this request.
            try await county.run(
                """
                create function tuesday.refuse() returns trigger language plpgsql as $$
                begin raise data_exception using message = 'does not fit'; end $$;
                create trigger refuse before insert on tuesday.notification
                    for each row when (new.request_id = '\(first)') execute function tuesday.refuse();
                """)
            let now = StoreCounty.monday.adding(minutes: 30)
            let due = try await county.count("tuesday.deadline where next_at <= to_timestamp(\(now.microseconds / 1_000_000))")
            #expect(due > 1)
            // All of them were looked at, and only the one is left.
            #expect(try await fire(county, at: now) == due)
            #expect(try await county.count("tuesday.deadline where reminded_at is not null") == due - 1)
            #expect(try await county.texts("select request_id::text from tuesday.deadline where reminded_at is null and kind = 1") == ["\(first)"])
            // It does not come up again every second, and verify shows it.
            #expect(try await fire(county, at: now.adding(seconds: 1)) == 0)
            #expect(try await Verification(pool: county.pool).violations().count == 1)
            try await county.run("drop trigger refuse on tuesday.notification")
            #expect(try await fire(county, at: now.adding(minutes: FollowUpRequests.postponement)) == 1)
            #expect(try await county.count("tuesday.deadline where reminded_at is not null") == due)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `Nothing fires after the request closed, even if follow-up never heard of it`() async throws {
        try await StoreCounty.with { county in
            let (id, owner) = try await assigned(county)
            try await county.move(id, .resolve(outside: false), by: .cadre(owner))
            let before = try await types(county, id)
            #expect(try await fire(county, at: StoreCounty.monday.adding(minutes: 30 * 1_440)) == 2)
            #expect(try await types(county, id) == before)
            #expect(try await county.count("tuesday.deadline where next_at is not null or breached_at is not null") == 0)
            #expect(try await fire(county, at: StoreCounty.monday.adding(minutes: 31 * 1_440)) == 0)
        }
    }

    @Test func `A resolved request keeps its promise, and a withdrawn one has none`() async throws {
        try await StoreCounty.with { county in
            let (id, owner) = try await assigned(county)
            let other = try await assigned(county).0
            try await county.move(id, .resolve(outside: false), by: .cadre(owner))
            try await county.move(other, .withdraw, by: .resident)
            try await county.consume(county.followUp, "followup")
            #expect(try await county.count("tuesday.deadline where next_at is not null") == 0)
            #expect(
                try await county.texts(
                    "select request_id || ' ' || kind from tuesday.deadline where met_at is not null order by kind")
                    == ["\(id) 1", "\(id) 2"])
        }
    }

    @Test func `Several moves before follow-up looks leave each promise as it was kept, at the time it was`() async throws {
        try await StoreCounty.with { county in
            let (id, owner) = try await assigned(county)
            let taken = StoreCounty.monday.adding(minutes: 20)
            try await county.setClock(taken)
            try await county.move(id, .acknowledge, by: .cadre(owner))
            try await county.setClock(taken.adding(minutes: 5))
            try await county.move(id, .decline(reason: nil), by: .cadre(owner))
            try await county.setClock(taken.adding(minutes: 500))
            try await county.consume(county.followUp, "followup")
            let kept = """
                select request_id || ' ' || kind || ' ' || epoch || ' ' || extract(epoch from met_at)::bigint
                from tuesday.deadline where met_at is not null
                """
            #expect(try await county.texts(kept) == ["\(id) 1 1 \(taken.microseconds / 1_000_000)"])

            try await county.move(id, .resolve(outside: true), by: .system)
            let answered = taken.adding(minutes: 500)
            try await county.setClock(taken.adding(minutes: 510))
            try await county.move(id, .reopen, by: .resident)
            try await county.consume(county.followUp, "followup")
            #expect(
                try await county.texts(kept + " and kind = 2")
                    == ["\(id) 2 0 \(answered.microseconds / 1_000_000)"])
            #expect(
                try await county.texts("select epoch::text from tuesday.deadline where kind = 2 and next_at is not null")
                    == ["1"])
        }
    }

    @Test func `A promise that was broken and escalated is kept late`() async throws {
        try await StoreCounty.with { county in
            let (id, owner) = try await assigned(county)
            try await county.move(id, .acknowledge, by: .cadre(owner))
            try await county.consume(county.followUp, "followup")
            let late = StoreCounty.monday.adding(minutes: 31 * 1_440)
            #expect(try await fire(county, at: late) == 1)
            #expect(try await county.count("tuesday.deadline where kind = 2 and next_at is null and escalated_at is not null") == 1)
            try await county.move(id, .resolve(outside: false), by: .cadre(owner))
            try await county.consume(county.followUp, "followup")
            #expect(
                try await county.texts("select extract(epoch from met_at)::bigint::text from tuesday.deadline where kind = 2")
                    == ["\(late.microseconds / 1_000_000)"])
        }
    }

    @Test func `A reopened request gets a new promise from the reopening on`() async throws {
        try await StoreCounty.with { county in
            let (id, owner) = try await assigned(county)
            try await county.move(id, .resolve(outside: false), by: .cadre(owner))
            let reopening = StoreCounty.monday.adding(minutes: 7 * 1_440)
            try await county.setClock(reopening)
            try await county.move(id, .reopen, by: .resident)
            try await county.consume(county.followUp, "followup")
            // 420 working minutes from Monday ten o'clock: 300 are left of Monday, and Tuesday begins at half past eight.
            let due = try await county.texts(
                "select extract(epoch from due_at)::bigint::text from tuesday.deadline where kind = 2 and epoch = 1")
            #expect(due == ["\(reopening.adding(minutes: 1_440 + 30).seconds)"])
        }
    }

    @Test func `Records read again set no deadline twice`() async throws {
        try await StoreCounty.with { county in
            _ = try await assigned(county)
            try await county.consume(county.followUp, "other")
            #expect(try await county.count("tuesday.deadline") == 2)
        }
    }

    @Test func `The resident is told of an answer once, whoever looked at its promise first and however often it is read`()
        async throws
    {
        try await StoreCounty.with { county in
            let told = "tuesday.notification where template = 'resolved'"
            let (id, owner) = try await assigned(county)
            try await county.move(id, .resolve(outside: false), by: .cadre(owner))
            // The promises' instants come before follow-up hears of the answer.
            #expect(try await fire(county, at: StoreCounty.monday.adding(minutes: 30 * 1_440)) == 2)
            try await county.consume(county.followUp, "followup")
            try await county.consume(county.followUp, "again")
            #expect(try await county.count(told) == 1)
            // Reopened and answered between two looks.
            try await county.move(id, .reopen, by: .resident)
            try await county.move(id, .resolve(outside: true), by: .system)
            try await county.consume(county.followUp, "followup")
            try await county.consume(county.followUp, "once more")
            #expect(try await county.count(told) == 2)
            #expect(try await county.count("tuesday.deadline where kind = 2 and met_at is null") == 0)
        }
    }

    @Test func `The resident is told of a late answer although an earlier record was read alone`() async throws {
        try await StoreCounty.with { county in
            let told = "tuesday.notification where template = 'resolved'"
            let (id, owner) = try await assigned(county)
            try await county.move(id, .acknowledge, by: .cadre(owner))
            try await county.consume(county.followUp, "followup")
            // Broken and escalated: nothing will fire on it any more.
            #expect(try await fire(county, at: StoreCounty.monday.adding(minutes: 31 * 1_440)) == 1)
            try await county.move(id, .start, by: .cadre(owner))
            try await county.move(id, .resolve(outside: false), by: .cadre(owner))
            try await county.consume(county.followUp, "followup", from: county.topic.records().dropLast())
            try await county.consume(county.followUp, "followup")
            try await county.consume(county.followUp, "again")
            #expect(try await county.count(told) == 1)
            // Reopened and answered, and the batch ends with the reopening.
            try await county.move(id, .reopen, by: .resident)
            try await county.move(id, .resolve(outside: true), by: .system)
            try await county.consume(county.followUp, "followup", from: county.topic.records().dropLast())
            try await county.consume(county.followUp, "followup")
            try await county.consume(county.followUp, "once more")
            #expect(try await county.count(told) == 2)
            #expect(try await county.count("tuesday.deadline where kind = 2 and met_at is null") == 0)
        }
    }

    @Test func `Two lanes that follow one request at once tell of its answer once`() async throws {
        try await StoreCounty.with { county in
            let (id, owner) = try await assigned(county)
            try await county.move(id, .resolve(outside: false), by: .cadre(owner))
            let both = try await county.pool.withConnection { connection in
                try await connection.execute(script: "begin; select from tuesday.deadline for no key update")
                let lanes = ["followup", "other"].map { group in
                    Task { try await county.consume(county.followUp, group) }
                }
                // Both have read that the promise is not kept yet, and wait for its row.
                try await county.awaitLockWaits(2)
                try await connection.execute(script: "commit")
                return lanes
            }
            for lane in both { _ = try await lane.value }
            #expect(try await county.count("tuesday.notification where template = 'resolved'") == 1)
        }
    }

    @Test func `A deadline somebody else is firing is left alone`() async throws {
        try await StoreCounty.with { county in
            _ = try await assigned(county)
            try await county.pool.withConnection { connection in
                try await connection.execute(script: "begin; select from tuesday.deadline where kind = 1 for no key update")
                #expect(try await fire(county, at: StoreCounty.monday.adding(minutes: 60)) == 0)
            }
            #expect(try await fire(county, at: StoreCounty.monday.adding(minutes: 60)) == 1)
        }
    }
}
