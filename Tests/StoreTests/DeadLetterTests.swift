import Contracts
import Domain
import PostgresClient
import Testing
import Workflow

@testable import Store

/// Dead letters of requests: what they park, and what settling one lets go on.
struct DeadLetterTests {
    private static let groups = ["tuesday-router", "tuesday-followup", "tuesday-stats"]

    @Test(arguments: groups)
    func `A group leaves a parked request's records alone, and acts on it once its letter is replayed`(
        _ group: String
    ) async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(3, village: "V1")
            if group != "tuesday-router" { try await county.consume(county.router, "router") }
            try await county.acknowledge(ids)
            try await county.consume(county.handler(of: group), group, from: [county.broken(ids[1], at: 0)])
            try await county.consume(county.handler(of: group), group, from: county.later())
            #expect(try await county.isDone(ids[0], by: group))
            #expect(try await !county.isDone(ids[1], by: group))
            #expect(try await county.count("tuesday.parked where request_id = '\(ids[1])'") == 1)

            let letter = try #require(try await county.openLetters().first)
            #expect(letter.origin.group == group)
            #expect(letter.request == ids[1])
            #expect(letter.parkedSince != nil)
            let events = try await county.status(ids[1]).lastSeq
            #expect(
                try await county.replay(letter.id) == .resumed(ids[1], events: events, letters: 1))
            #expect(try await county.count("tuesday.parked") == 0)
            try await county.consume(county.handler(of: group), group, from: county.later())
            #expect(try await county.isDone(ids[1], by: group))
            #expect(try await county.replay(letter.id) == .wasSettled(.replayed))
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `Timers leave a parked request alone, and fire once it is released`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(2, village: "V1")
            try await county.consume(county.router, "router")
            try await county.consume(county.followUp, "tuesday-followup", from: county.topic.records())
            try await county.consume(county.followUp, "tuesday-followup", from: [county.broken(ids[0], at: 1_000)])
            try await county.setClock(StoreCounty.monday.adding(minutes: 30))
            let lane = county.lane("timer")
            let fired = try await county.followUp.fireDue(limit: 100, lane: lane)
            #expect(fired == (try await county.count("tuesday.deadline where reminded_at is not null")))
            #expect(fired > 0)
            let parked = "tuesday.deadline where request_id = '\(ids[0])' and reminded_at is not null"
            #expect(try await county.count(parked) == 0)
            _ = try await county.replay(try #require(try await county.openLetters().first).id)
            _ = try await county.followUp.fireDue(limit: 100, lane: lane)
            #expect(try await county.count(parked) == fired)
            await lane.close()
        }
    }

    @Test func `What leaves once more is read back from the lane, in order, from any place`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(2)
            try await county.consume(county.router, "router")
            try await county.consume(county.statistics, "tuesday-stats", from: ids.map { county.broken($0, at: 0) })
            let before = county.topic.all.count
            for letter in try await county.openLetters() { _ = try await county.replay(letter.id) }
            let published = Array(county.topic.all.dropFirst(before))
            #expect(published.map(\.laneSeq) == [1, 2, 3, 4])
            let store = LaneStore(pool: county.pool)
            let lane = try #require(
                Int32(try await county.texts("select id::text from tuesday.lane where consumer_group = 'letters'")[0]))
            for after in 0..<4 {
                for limit in 1...4 {
                    let tail = try await store.tail(of: lane, after: Int64(after), limit: limit)
                    let expected = published.dropFirst(after).prefix(limit)
                    #expect(tail.map(\.laneSeq) == expected.map(\.laneSeq))
                    #expect(tail.map(\.value) == expected.map(\.value))
                    #expect(tail.map(\.headers) == expected.map(\.headers))
                }
            }
        }
    }

    @Test func `A replay settles every letter of its request, a discard only its own`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(2)
            let broken = (ids + ids).enumerated().map { county.broken($1, at: Int64($0)) }
            try await county.consume(county.statistics, "tuesday-stats", from: broken)
            let letters = try await county.openLetters()
            #expect(letters.count == 4)
            let first = letters.filter { $0.request == ids[0] }
            #expect(try await county.replay(first[1].id) == .resumed(ids[0], events: 1, letters: 2))
            #expect(try await county.replay(first[0].id) == .wasSettled(.replayed))

            let second = letters.filter { $0.request == ids[1] }
            #expect(try await county.discard(second[0].id) == .discarded(resumed: nil))
            #expect(try await county.count("tuesday.parked") == 1)
            #expect(try await county.discard(second[1].id) == .discarded(resumed: 1))
            #expect(try await county.count("tuesday.parked") == 0)
            #expect(try await county.discard(second[1].id) == .wasSettled(.discarded))
            try await county.consume(county.statistics, "tuesday-stats", from: county.later())
            for id in ids { #expect(try await county.isDone(id, by: "tuesday-stats")) }
            #expect(
                try await county.texts("select distinct settled_because from tuesday.dead_letter where state = 'discarded'")
                    == ["of no use"])
        }
    }

    @Test func `A letter whose key names no request of PostgreSQL stays open, and says why`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(1)
            let strange = county.broken(RequestID(7), at: 0)
            let nameless = IncomingRecord(
                offset: 1, key: Array("somebody".utf8), value: nil, headers: [], timestamp: 5)
            try await county.consume(county.statistics, "tuesday-stats", from: [strange, nameless])
            for letter in try await county.openLetters() {
                guard case .failed = try await county.replay(letter.id) else {
                    Issue.record("there is nothing that this letter could stand for")
                    return
                }
            }
            let letters = try await county.openLetters()
            #expect(letters.map(\.attempts) == [2, 2])
            #expect(letters.allSatisfy { $0.replayProblem?.contains("discard it") == true })
            for letter in letters { #expect(try await county.discard(letter.id) == .discarded(resumed: letter.request.map { _ in 0 })) }
            #expect(try await county.count("tuesday.parked") == 0)
        }
    }

    @Test func `Replays beside working lanes lose nothing, double nothing and never deadlock`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(30)
            try await county.consume(county.router, "router")
            try await county.consume(county.statistics, "tuesday-stats", from: county.later())
            // Every lane ends up with a letter for each request, again and again, while events go on.
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    for round in 0..<12 {
                        let broken = ids.filter { _ in Bool.random() }.enumerated().map { index, id in
                            county.broken(id, at: Int64(100_000 * (round + 1) + index))
                        }
                        try await county.consume(
                            county.statistics, "tuesday-stats", partition: 1, of: 2, from: broken)
                    }
                }
                tasks.addTask {
                    for id in ids {
                        let owner = try await county.status(id).owner
                        try await county.move(id, .acknowledge, by: .cadre(owner ?? Cadre.ID(1)))
                        try await county.move(id, .start, by: .cadre(owner ?? Cadre.ID(1)))
                        try await county.consume(county.statistics, "tuesday-stats", from: county.later())
                    }
                }
                for tool in 0..<3 {
                    tasks.addTask {
                        for _ in 0..<25 {
                            let letters = try await county.openLetters()
                            // In opposite orders: a request may have several.
                            for letter in tool == 1 ? letters : letters.reversed() {
                                _ = tool == 0
                                    ? try await county.discard(letter.id, by: "tool-\(tool)")
                                    : try await county.replay(letter.id, by: "tool-\(tool)")
                            }
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            for letter in try await county.openLetters() { _ = try await county.replay(letter.id) }
            try await county.consume(county.statistics, "tuesday-stats", from: county.later())
            #expect(try await county.count("tuesday.parked") == 0)
            #expect(try await county.count("tuesday.dead_letter where state = 'open'") == 0)
            for id in ids { #expect(try await county.isDone(id, by: "tuesday-stats")) }
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
            #expect(try await county.deadlocks() == 0)
        }
    }

    @Test func `A value is shown only after it is on record who read it`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1)[0]
            try await county.consume(county.statistics, "tuesday-stats", from: [county.broken(id, at: 0)])
            let letter = try #require(try await county.openLetters().first)
            #expect(letter.valueByteCount == 1)
            let reader = DeadLetterReader(pool: county.pool)
            #expect(try await reader.valueInTheClear(letter.id, purpose: "a test") == [1])
            #expect(
                try await county.texts("select dead_letter || ' ' || request_id || ' ' || purpose from personal.access")
                    == ["\(letter.id) \(id) a test"])
            #expect(try await reader.letter(DeadLetterID(lane: 99, laneSeq: 9)) == nil)
        }
    }

    @Test(arguments: ["", "12", "12-", "-12-3", "0-1", "1-0", "1-2-3", "01-2", "a-b", "1 -2"])
    func `Only two numbers name a dead letter`(_ text: String) {
        #expect(DeadLetterID(text) == nil)
        #expect(DeadLetterID("12-345").map { "\($0)" } == "12-345")
    }
}
