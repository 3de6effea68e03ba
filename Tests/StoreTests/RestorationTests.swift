import Contracts
import Domain
import Foundation
import Testing
import Workflow

@testable import Store

/// What the outside knows by a number is never another thing under the same number, also when the database went back.
struct RestorationTests {
    /// A database as it was restored, with what it had told; and the same on its next log.
    private func restored(
        _ county: StoreCounty
    ) async throws -> (outcome: Restoration.Outcome, minutes: Int32, next: StoreCounty) {
        let minutes = try await county.pool.withConnection {
            try await $0.query("select (extract(epoch from clock_timestamp()) / 60)::int")[0].int32(0)
        }
        let outcome = try await Restoration(pool: county.pool).run()
        let log = try await LaneStore(pool: county.pool).log(cluster: "test", incarnation: "two").id
        return (
            outcome, minutes,
            StoreCounty(conninfo: county.conninfo, pool: county.pool, registers: county.registers, log: log)
        )
    }

    private func work(_ county: StoreCounty, _ id: RequestID? = nil) async throws {
        if let id { try await county.move(id, .resolve(outside: false), by: .supervisor) }
        try await county.submit(3)
        try await county.consume(county.router, "tuesday-router")
        try await county.consume(county.followUp, "tuesday-followup")
        try await county.consume(county.statistics, "tuesday-stats")
    }

    @Test func `Every message after a restoration leaves through a lane that the outside never heard of`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1)[0]
            try await work(county)
            let lanes = try await county.count("tuesday.lane where partition < 0")
            let told = try await county.count("tuesday.notification")
            let last = try await county.texts("select max(id)::text from tuesday.lane")[0]
            let (outcome, minutes, next) = try await restored(county)
            #expect(outcome.lanes == lanes - 1)
            try await work(next, id)
            #expect(try await next.count("tuesday.notification") > told)
            #expect(try await next.count("tuesday.notification where lane_id <= \(last)") == told)
            #expect(try await next.count("tuesday.lane where id > \(last) and id < \(minutes)") == 0)
            try await county.run("update tuesday.lane set published_through = lane_seq")
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `What a retired lane still has to publish is adopted`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(2)
            try await county.run(
                "update tuesday.lane set published_through = 0, lease_until = '-infinity' where lane_seq > 0 and partition < 0")
            _ = try await restored(county)
            let store = LaneStore(pool: county.pool)
            var left: [OutgoingMessage] = []
            while let ticket = try await store.adopt(owner: "heir") {
                left += try await store.tail(of: ticket.lane, after: ticket.publishedThrough, limit: 10)
            }
            #expect(left.filter { $0.topic == .requests }.count == 2)
        }
    }

    @Test func `The whole directory is told under a version above every one before`() async throws {
        try await StoreCounty.with { county in
            let (first, minutes, _) = try await restored(county)
            #expect(first.directoryEntries == 9)
            try await county.run("update register.cadre set is_active = false where code = 'C4'")
            // Restored once more, within the same minute.
            #expect(try await restored(county).outcome.directoryEntries == 9)
            let versions = try await county.texts(
                "select distinct register_version::text from tuesday.directory_entry order by 1").compactMap { Int32($0) }
            #expect(versions.count == 2)
            #expect(versions[0] >= minutes && versions[1] > versions[0])
            #expect(try await county.count("tuesday.directory_entry where cadre_id = 4 and body is null") == 1)
            #expect(try await Verification(pool: county.pool).violations().filter { !$0.contains("published") } == [])
        }
    }

    @Test func `Every hour is told once more, under a revision above every one before`() async throws {
        try await StoreCounty.with { county in
            func close(_ county: StoreCounty) async throws -> Int {
                let lane = county.lane("close")
                let windows = CloseWindows(store: WindowTransactions(pool: county.pool), grace: .seconds(300))
                let count = try await windows.close(limit: 100, lane: lane)
                await county.drain(lane)
                await lane.close()
                return count
            }
            try await work(county)
            try await county.setClock(StoreCounty.monday.adding(minutes: 65))
            let told = try await close(county)
            #expect(told > 0)
            let (outcome, minutes, next) = try await restored(county)
            #expect(outcome.hours == 1)
            try await county.setClock(StoreCounty.monday.adding(minutes: 75))
            #expect(try await close(next) == told)
            #expect(try await county.count("tuesday.closed_window where revision >= \(minutes)") == told)
            // And no third time.
            try await work(next)
            try await county.setClock(StoreCounty.monday.adding(minutes: 200))
            let before = try await county.count("tuesday.closed_window where hour = to_timestamp(\(StoreCounty.monday.seconds))")
            _ = try await close(next)
            #expect(
                try await county.count("tuesday.closed_window where hour = to_timestamp(\(StoreCounty.monday.seconds))") == before)
        }
    }
}
