import Contracts
import Domain
import Foundation
import PostgresClient
import Testing
import Workflow

@testable import Store

struct WindowTests {
    /// A window as a reader sees it.
    private struct Told: Decodable {
        struct TownValue: Decodable {
            let town: String
            let value: Int64
        }
        let county: String
        let measure: String
        let from: String
        let revision: Int32
        let total: Int64
        let towns: [TownValue]
    }

    private func closing(_ county: StoreCounty) -> CloseWindows {
        CloseWindows(store: WindowTransactions(pool: county.pool), grace: .seconds(300))
    }

    @discardableResult
    private func close(_ county: StoreCounty, limit: Int = 100) async throws -> Int {
        let lane = county.lane("close")
        let count = try await closing(county).close(limit: limit, lane: lane)
        await county.drain(lane)
        await lane.close()
        return count
    }

    private func told(_ county: StoreCounty) throws -> [Told] {
        try county.topic.all.filter { $0.topic == .statistics }
            .map { try JSONDecoder().decode(Told.self, from: Data($0.value ?? [])) }
    }

    private func setClock(_ county: StoreCounty, minutes: Int64) async throws {
        try await county.setClock(StoreCounty.monday.adding(minutes: minutes))
    }

    @Test func `An hour is told by measure and town, once it has been over for the grace`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(4, village: "V1")
            try await county.submit(1, village: "V6")
            try await county.consume(county.router, "router")
            try await county.consume(county.statistics, "stats")
            #expect(try await close(county) == 0)
            try await setClock(county, minutes: 64)
            #expect(try await close(county) == 0)
            try await setClock(county, minutes: 65)
            // That they waited to be routed came and went within the hour: nothing is told of it.
            #expect(try await close(county) == 2)
            let told = try told(county)
            #expect(told.map(\.measure) == ["received", "assigned"])
            let received = try #require(told.first { $0.measure == "received" })
            #expect(received.county == "C")
            #expect(received.from == "2026-11-23T02:00:00.000000Z")
            #expect(received.revision == 1)
            #expect(received.total == 5)
            #expect(received.towns.map(\.town) == ["T1", "T2"])
            #expect(received.towns.map(\.value) == [4, 1])
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `What did not change is not told again, and is not even looked at`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(4)
            try await county.consume(county.statistics, "stats")
            try await setClock(county, minutes: 65)
            #expect(try await close(county) > 0)
            #expect(try await county.count("tuesday.changed_hour") == 0)
            #expect(try await close(county) == 0)
            // The same records again change nothing.
            try await county.consume(county.statistics, "other")
            #expect(try await county.count("tuesday.changed_hour") == 0)
        }
    }

    @Test func `A late event raises the revision of the measures it changes, and of no other`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(4)[0]
            try await county.consume(county.statistics, "stats")
            // Withdrawn in the same hour, and read long after.
            try await county.move(id, .withdraw, by: .resident)
            try await setClock(county, minutes: 65)
            try await close(county)
            let before = try told(county)
            try await county.consume(county.statistics, "stats")
            #expect(try await close(county) == 0, "it changed only now")
            try await setClock(county, minutes: 71)
            try await close(county)
            let after = try told(county).dropFirst(before.count)
            #expect(Set(after.map(\.measure)) == ["withdrawn", "waiting_routing"])
            #expect(after.first { $0.measure == "withdrawn" }?.revision == 1)
            #expect(after.first { $0.measure == "waiting_routing" }?.revision == 2)
            #expect(after.first { $0.measure == "waiting_routing" }?.total == 3)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `A long past is told a bounded number of hours at a time, the latest first`() async throws {
        try await StoreCounty.with { county in
            for hour in 0..<5 {
                try await setClock(county, minutes: Int64(hour) * 60)
                try await county.submit(1)
            }
            try await setClock(county, minutes: 600)
            try await county.consume(county.statistics, "stats")
            try await setClock(county, minutes: 610)
            for _ in 0..<3 { try await close(county, limit: 2) }
            let hours = try told(county).filter { $0.measure == "received" }.map { $0.from.dropFirst(11).prefix(2) }
            #expect(hours.count == 5)
            #expect(Set(hours.prefix(2)) == ["05", "06"])
            #expect(Set(hours.dropFirst(2).prefix(2)) == ["03", "04"])
            #expect(hours.last == "02")
        }
    }

    @Test func `An hour that a lane is changing at this moment is left until that has settled`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(2)
            try await county.consume(county.statistics, "stats")
            try await setClock(county, minutes: 65)
            try await county.pool.transaction { counting in
                // A lane that counts one more, and has not committed.
                try await counting.execute(
                    script: """
                        update tuesday.statistic_village_hour set received = received + 1 where village_id = 1;
                        update tuesday.changed_hour set settles_at = clock.now();
                        """)
                #expect(try await close(county) == 0)
            }
            #expect(try await close(county) == 0)
            try await setClock(county, minutes: 71)
            #expect(try await close(county) > 0)
            #expect(try told(county).first { $0.measure == "received" }?.total == 3)
        }
    }

    @Test func `Copies that count and tell at once tell every figure, each revision once`() async throws {
        try await StoreCounty.with { county in
            for hour in 0..<6 {
                try await setClock(county, minutes: Int64(hour) * 60)
                try await county.submit(12)
            }
            try await county.consume(county.router, "router")
            let all = county.topic.records()
            try await setClock(county, minutes: 600)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<4 {
                    group.addTask {
                        // Every lane reads everything: three of four find each event counted already.
                        for end in stride(from: 10, through: all.count + 9, by: 10) {
                            try await county.consume(
                                county.statistics, "stats-\(lane)", from: Array(all.prefix(min(end, all.count))))
                        }
                    }
                }
                for copy in 0..<3 {
                    group.addTask {
                        let lane = county.lane("close-\(copy)")
                        // Without any grace, so that they meet.
                        let closing = CloseWindows(store: WindowTransactions(pool: county.pool), grace: .zero)
                        for _ in 0..<40 {
                            try await closing.close(limit: 2, lane: lane)
                            try await county.run("update tuesday.changed_hour set settles_at = hour")
                        }
                        await county.drain(lane)
                        await lane.close()
                    }
                }
                try await group.waitForAll()
            }
            try await setClock(county, minutes: 700)
            try await close(county)
            #expect(try await county.count("tuesday.changed_hour") == 0)
            #expect(try await Verification(pool: county.pool).violations() == [])
            #expect(try await StatisticsRecompute(pool: county.pool).recompute() == [])
            #expect(try await county.deadlocks() == 0)
            let ids = county.topic.all.filter { $0.topic == .statistics }
                .compactMap { message in message.headers.first { $0.name == "ce_id" }?.value }
            #expect(Set(ids).count == ids.count)
            #expect(!ids.isEmpty)
        }
    }

    @Test func `Verification names an hour that was told otherwise than counted`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(2)
            try await county.consume(county.statistics, "stats")
            try await setClock(county, minutes: 65)
            try await close(county)
            try await county.run("update tuesday.statistic_village_hour set received = received + 1 where village_id = 1")
            let found = try await Verification(pool: county.pool).violations()
            #expect(found.contains { $0.hasPrefix("an hour is told as its figures are") }, "\(found)")
        }
    }
}
