import Contracts
import Domain
import Testing
import Workflow

@testable import Store

struct StatisticsTests {
    /// Some lives, with everything a figure counts.
    private func live(_ county: StoreCounty) async throws {
        let ids = try await county.submit(20) + county.submit(4, service: "S3")
        try await county.consume(county.router, "router")
        for (index, id) in ids.enumerated() {
            guard let owner = try await county.status(id).owner else { continue }
            switch index % 5 {
            case 0: try await county.move(id, .decline(reason: nil), by: .cadre(owner))
            case 1:
                try await county.move(id, .acknowledge, by: .cadre(owner))
                try await county.move(id, .resolve(outside: false), by: .cadre(owner))
                try await county.move(id, .rate(4), by: .resident)
                try await county.move(id, .confirm, by: .resident)
            case 2:
                try await county.move(id, .resolve(outside: false), by: .cadre(owner))
                try await county.move(id, .reopen, by: .resident)
            case 3: try await county.move(id, .withdraw, by: .resident)
            default: break
            }
        }
        try await county.consume(county.router, "router")
    }

    private func figures(_ county: StoreCounty) async throws -> Figures {
        try await ReportReader(pool: county.pool).report(.county)[0].figures
    }

    @Test func `Events read twice are counted once`() async throws {
        try await StoreCounty.with { county in
            try await live(county)
            try await county.consume(county.statistics, "stats")
            let once = try await figures(county)
            #expect(once.received == 24)
            #expect(once.rated == 4)
            #expect(once.waiting.nobodyCertified == 4)
            try await county.consume(county.statistics, "other")
            #expect(try await figures(county) == once)
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
            #expect(try await ReportReader(pool: county.pool).report(.service).map(\.figures).reduce(into: Figures()) { $0 += $1 } == once)
        }
    }

    @Test(arguments: 0..<4)
    func `Swapped, repeated and missing records are counted like all of them in order`(_ lost: Int) async throws {
        try await StoreCounty.with { county in
            try await live(county)
            let all = county.topic.records()
            var damaged = (all + all.prefix(30)).shuffled()
            damaged.removeAll { record in lost > 0 && Int.random(in: 0..<4) < lost }
            // The last event of a request tells of those before it; without it they are counted later.
            for start in stride(from: 0, to: damaged.count, by: 11) {
                let batch = damaged[start..<min(start + 11, damaged.count)].enumerated().map { index, record in
                    var record = record
                    record.offset = Int64(start + index)
                    return record
                }
                try await county.consume(county.statistics, "stats", from: batch)
            }
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
            let ticket = try await county.claim("stats")
            try await county.statistics.bootstrap(ticket: ticket, upTo: ticket.nextOffset) {}
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
            #expect(
                try await county.count(
                    "tuesday.request r left join tuesday.statistic_fold f on f.request_id = r.id where f.last_seq is distinct from r.last_seq")
                    == 0)
        }
    }

    @Test func `An event that PostgreSQL does not have is not counted, and neither lost`() async throws {
        try await StoreCounty.with { county in
            try await live(county)
            let all = county.topic.records()
            let latest = try #require(all.last)
            let last = try RequestEventRecord.event(latest.valueBytes)
            /// As somebody else would write them: readable, of a request that there is not, and of one that is not so far.
            func foreign(_ request: RequestID, seq: Int32, offset: Int64) -> IncomingRecord {
                var event = last
                (event.request, event.seq) = (request, seq)
                var batch = MessageBatch(count: 1)
                batch.add(event, laneSeq: 1)
                let message = batch.messages()[0]
                return IncomingRecord(
                    offset: offset, key: message.key, value: message.value, headers: message.headers,
                    timestamp: message.at)
            }
            let end = Int64(all.count)
            let unknown = RequestID(acceptedAt: StoreCounty.monday, random: 7)
            for (record, request) in [
                (foreign(unknown, seq: 1, offset: end), unknown),
                (foreign(last.request, seq: last.seq + 1, offset: end + 1), last.request),
            ] {
                await #expect(throws: LaneFault.self) {
                    try await county.consume(county.statistics, "stats", from: all + [record])
                }
                do { try await county.consume(county.statistics, "stats", from: all + [record]) } catch {
                    guard case LaneFault.failed(let why) = error else { throw error }
                    #expect(why.contains("request \(request) has no event"))
                }
                #expect(try await county.count("tuesday.statistic_fold") == 0)
            }
            try await county.consume(county.statistics, "stats", from: all)
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
        }
    }

    @Test func `A lane whose bootstrap was cut short has applied nothing, and begins it again`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(3)
            let first = try await county.claim("stats")
            #expect(first.isNew)
            let cut = Task {
                try await county.statistics.bootstrap(ticket: first, upTo: 7) { withUnsafeCurrentTask { $0?.cancel() } }
            }
            await #expect(throws: (any Error).self) { try await cut.value }
            let second = try await county.claim("stats")
            #expect(second.isNew)
            #expect(second.nextOffset == 0)
            try await county.statistics.bootstrap(ticket: second, upTo: 7) {}
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
            let third = try await county.claim("stats")
            #expect(!third.isNew)
            #expect(third.nextOffset == 7)
        }
    }

    @Test func `Arrivals alone and what follows them add up in the same rows`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(6)
            try await county.consume(county.router, "router")
            try await county.consume(county.statistics, "stats")
            let arrived = try await figures(county)
            #expect((arrived.received, arrived.assigned, arrived.waiting.routing) == (6, 6, 0))
            for id in ids.prefix(2) {
                guard let owner = try await county.status(id).owner else { continue }
                try await county.move(id, .resolve(outside: false), by: .cadre(owner))
            }
            try await county.submit(1)
            try await county.consume(county.statistics, "stats")
            let all = try await figures(county)
            #expect((all.received, all.assigned, all.resolved, all.waiting.routing) == (7, 6, 2, 1))
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
        }
    }

    @Test(arguments: Measure.all.indices)
    func `Figures are of arrivals alone where no other measure counts`(_ index: Int) {
        let measure = Measure.all[index]
        var figures = Figures()
        figures[keyPath: measure.path] = -1
        #expect(figures.isOfArrivals == Measure.ofArrivals.contains { $0.word == measure.word })
    }

    @Test func `Two lanes that meet the same requests count each event once`() async throws {
        try await StoreCounty.with { county in
            try await live(county)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<3 {
                    group.addTask { try await county.consume(county.statistics, "stats-\(lane)") }
                }
                try await group.waitForAll()
            }
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
            #expect(try await figures(county).received == 24)
            #expect(try await county.deadlocks() == 0)
        }
    }

    @Test func `A parked request is left alone until it is no longer parked`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(2)[0]
            try await county.run("insert into tuesday.parked (consumer_group, request_id) values ('stats', '\(id)')")
            try await county.consume(county.statistics, "stats")
            #expect(try await figures(county).received == 1)
            try await county.run("delete from tuesday.parked")
            try await county.consume(county.router, "router")
            try await county.consume(county.statistics, "stats")
            #expect(try await figures(county).received == 2)
            #expect(try await figures(county).assigned == 2)
        }
    }

    @Test func `A figure that was changed by hand is found`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(3, village: "V2")
            try await county.consume(county.statistics, "stats")
            try await county.run("update tuesday.statistic_village_hour set received = received + 1")
            let found = try await StatisticsRecompute(pool: county.pool).recompute()
            #expect(found.map(\.measure) == ["received"])
            #expect(found.map(\.incremental) == [4])
            #expect(found.map(\.recomputed) == [3])
        }
    }

    @Test func `A day is the county's own`() async throws {
        try await StoreCounty.with { county in
            // 23:30 in the county is still its Monday, 00:30 its Tuesday; in UTC both are Monday.
            for minutes in [13 * 60 + 30, 14 * 60 + 30] as [Int64] {
                try await county.setClock(StoreCounty.monday.adding(minutes: minutes))
                try await county.submit(1)
            }
            try await county.consume(county.statistics, "stats")
            let reader = ReportReader(pool: county.pool)
            #expect(try await reader.report(.village, day: CivilDate("2026-11-23")).map(\.figures.received) == [1])
            #expect(try await reader.report(.town, day: CivilDate("2026-11-24")).map(\.figures.received) == [1])
            #expect(try await reader.report(.town, day: CivilDate("2026-11-25")).isEmpty)
        }
    }
}
