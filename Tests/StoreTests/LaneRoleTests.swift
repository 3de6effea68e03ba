import Domain
import PostgresClient
import Testing
import Workflow

@testable import Store

struct LaneRoleTests {
    /// The same database and topic, as a role of the server.
    private func acting(as role: String, in county: StoreCounty) -> StoreCounty {
        var settings = PostgresSettings(conninfo: county.conninfo, maximumConnections: 3)
        settings.sessionSettings = ["role": role]
        let pool = PostgresPool(settings)
        return StoreCounty(
            conninfo: county.conninfo, pool: pool, registers: RegisterCache(source: RegisterReading(pool: pool)),
            log: county.log, topic: county.topic)
    }

    @Test func `Each worker's role may do the work of its worker`() async throws {
        try await StoreCounty.with { county in
            let intake = acting(as: "tuesday_intake", in: county)
            let router = acting(as: "tuesday_router", in: county)
            let followUp = acting(as: "tuesday_followup", in: county)
            let stats = acting(as: "tuesday_stats", in: county)
            let operation = acting(as: "tuesday_operator", in: county)
            let ids = try await intake.submit(6) + intake.submit(1, service: "S3")
            try await router.consume(router.router, "router")
            try await followUp.consume(followUp.followUp, "followup")
            for (id, move) in zip(ids, [Move.decline(reason: nil), .acknowledge, .resolve(outside: false)]) {
                let owner = try #require(try await intake.status(id).owner)
                try await intake.move(id, move, by: .cadre(owner))
            }
            try await intake.move(ids[2], .rate(5), by: .resident)
            try await intake.move(ids[2], .reopen, by: .resident)
            try await intake.move(ids[6], .withdraw, by: .resident)
            try await router.consume(router.router, "router")
            try await followUp.consume(followUp.followUp, "followup")
            try await county.setClock(StoreCounty.monday.adding(minutes: 3 * 1_440))
            let timer = followUp.lane("timer")
            let fired = try await followUp.followUp.fireDue(limit: 100, lane: timer)
            await followUp.drain(timer)
            let retry = router.lane("retry")
            _ = try await router.router.retry(limit: 100, lane: retry)
            await router.drain(retry)
            try await stats.consume(stats.statistics, "stats")
            let ticket = try await stats.claim("stats")
            try await stats.statistics.bootstrap(ticket: ticket, upTo: ticket.nextOffset) {}
            try await county.setClock(StoreCounty.monday.adding(minutes: 3 * 1_440 + 5))
            let closing = stats.lane("close")
            let closed = try await CloseWindows(store: WindowTransactions(pool: stats.pool), grace: .zero)
                .close(limit: 100, lane: closing)
            await stats.drain(closing)
            let live = try await RequestReader(pool: intake.pool).liveFigures()
            let open = try await RequestReader(pool: intake.pool).requests(RequestFilter(owner: "C7", isOpen: true, limit: 9)).requests
            let different = try await StatisticsRecompute(pool: operation.pool).recompute()
            let violations = try await Verification(pool: operation.pool).violations()
            try await stats.consume(stats.statistics, "stats", from: [0, 1].map { stats.broken(ids[$0], at: 1_000 + Int64($0)) })
            let letters = try await operation.openLetters()
            _ = try await DeadLetterReader(pool: operation.pool).valueInTheClear(letters[0].id, purpose: "a test")
            #expect(try await operation.discard(letters[0].id) != .discarded(resumed: nil))
            #expect(try await operation.replay(letters[1].id) != .unknown)
            try await router.consume(router.router, "router", from: [router.broken(ids[4], at: 1_000)])
            try await followUp.consume(followUp.followUp, "followup", from: [followUp.broken(ids[4], at: 1_000)])
            for letter in try await operation.openLetters() { _ = try await operation.replay(letter.id) }
            for adopting in [intake, router, followUp, stats] {
                _ = try await LaneStore(pool: adopting.pool).tail(of: 1, after: 0, limit: 1)
            }
            _ = try await LaneReader(pool: operation.pool).lanes()
            #expect(try await Restoration(pool: operation.pool).run().lanes > 0)
            _ = try await ReportReader(pool: operation.pool).report(.town)
            _ = try await ExplanationReader(pool: operation.pool).explain(ids[0])
            #expect(fired > 0)
            #expect(closed > 0)
            #expect(live.byState.reduce(0) { $0 + $1.count } == 7)
            #expect(open.allSatisfy { $0.owner == "C7" })
            #expect(different == [])
            #expect(violations == [])
            for lane in [timer, retry, closing] { await lane.close() }
            for acting in [intake, router, followUp, stats, operation] { await acting.pool.close() }
        }
    }
}
