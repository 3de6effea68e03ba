import Contracts
import Domain
import Workflow

@testable import Store

extension StatementTests {
    /// Lets every part of the module run each of its statements.
    func exercise(_ county: StoreCounty) async throws {
        let ids = try await county.submit(12) + county.submit(2, service: "S3")
        try await county.consume(county.router, "router")
        try await county.consume(county.followUp, "followup")
        for (id, move) in zip(ids, [Move.decline(reason: nil), .acknowledge, .resolve(outside: false), .start]) {
            let owner = try await county.status(id).owner
            try await county.move(id, move, by: .cadre(owner ?? Cadre.ID(1)))
        }
        try await county.move(ids[2], .rate(5), by: .resident)
        try await county.move(ids[2], .reopen, by: .resident)
        try await county.consume(county.router, "router")
        try await county.consume(county.followUp, "followup")
        try await county.setClock(StoreCounty.monday.adding(minutes: 3 * 1_440))
        let lane = county.lane("timer")
        _ = try await county.followUp.fireDue(limit: 100, lane: lane)
        _ = try await county.router.retry(limit: 100, lane: lane)
        _ = try await county.router.sweep(limit: 100, after: .zero)
        _ = try await RoutingTransactions(pool: county.pool).due(limit: 100, registers: [County.ID(1): 99])
        try await RoutingTransactions(pool: county.pool).postpone(ids[12], bySeconds: 60)
        await county.drain(lane)
        await lane.close()
        let all = county.topic.records()
        let broken = IncomingRecord(
            offset: Int64(all.count), key: Array("\(ids[5])".utf8), value: [1], headers: [], timestamp: 5)
        // Some events first, then the rest with a gap, then what is missing.
        try await county.consume(county.statistics, "stats", from: Array(all.prefix(10)))
        try await county.consume(county.statistics, "stats", from: all.filter { $0.offset % 3 != 0 } + [broken])
        let folding = try await county.claim("stats")
        try await county.statistics.bootstrap(ticket: folding, upTo: folding.nextOffset) {}
        let closing = CloseWindows(store: WindowTransactions(pool: county.pool), grace: .zero)
        try await closing.close(limit: 100, lane: county.lane("close"))
        let reader = RequestReader(pool: county.pool)
        _ = try await reader.request(ids[0])
        _ = try await reader.requests(RequestFilter(limit: 5))
        _ = try await reader.requests(RequestFilter(village: "V1", limit: 5))
        _ = try await reader.requests(RequestFilter(owner: "C1", limit: 5))
        for isOpen in [true, false] {
            _ = try await reader.requests(RequestFilter(isOpen: isOpen, before: ids[3], limit: 5))
            _ = try await reader.requests(RequestFilter(village: "V1", isOpen: isOpen, before: ids[3], limit: 5))
            _ = try await reader.requests(
                RequestFilter(village: "V1", owner: "C1", isOpen: isOpen, before: ids[3], limit: 5))
        }
        _ = try await reader.cadre(code: "C1")
        _ = try await reader.liveFigures()
        _ = try await ExplanationReader(pool: county.pool).explain(ids[0])
        _ = try await ExplanationReader(pool: county.pool).explain(ids[0], assignment: 1)
        _ = try await ExplanationReader(pool: county.pool).explain(ids[12])
        let measured = MeasurementReader(pool: county.pool)
        _ = try await (measured.waiting(), measured.backlog(), measured.overdueSeconds())
        _ = try await LaneReader(pool: county.pool).lanes()
        _ = try await LaneReader(pool: county.pool).log(cluster: "test", incarnation: "one")
        for level in ReportLevel.allCases {
            _ = try await ReportReader(pool: county.pool).report(level)
            _ = try await ReportReader(pool: county.pool).report(level, day: CivilDate(daysSince1970: 20_780))
        }
        let letters = try await county.openLetters()
        _ = try await DeadLetterReader(pool: county.pool).letter(letters[0].id)
        _ = try await DeadLetterReader(pool: county.pool).valueInTheClear(letters[0].id, purpose: "a test")
        try await DeadLetterTransactions(pool: county.pool).recordFailure(letters[0].id, "a test")
        _ = try await county.discard(letters[0].id)
        try await county.consume(county.statistics, "stats", from: [county.broken(ids[6], at: 1_000)])
        _ = try await county.replay(try await county.openLetters()[0].id)
        let keeper = LaneStore(pool: county.pool)
        let ticket = try await keeper.borrow(pool: "other", owner: "test")
        _ = try await keeper.resume(ticket)
        _ = try await keeper.tail(of: ticket.lane, after: 0, limit: 10)
        try await keeper.recordPublished(ticket, through: 0)
        for kind in RepublishedKind.allCases {
            _ = try await Republishing(store: keeper, sink: county.topic, owner: "test").republish(kind, all: false)
        }
        _ = try await ReceiptStore(pool: county.pool).record(MessageID(lane: 1, laneSeq: 1))
        let held = try await county.claim("repaired")
        _ = try await RepairTransactions(pool: county.pool).repair(
            .unapplied, because: "a test", log: county.log, resetting: [LanePosition(lane: held.lane, nextOffset: 0)],
            ticket: ticket)
        try await keeper.release(ticket)
        _ = try await keeper.adopt(owner: "test")
        try await importRegister(county)
    }

    /// Twice: the second time there is an older entry of everything.
    private func importRegister(_ county: StoreCounty) async throws {
        for _ in 1...2 {
            for (kind, text) in DemonstrationCounty().files() {
                let file = try ReadRegisterFile(kind)(file: "\(kind).csv", bytes: Array(text.utf8))
                _ = try await RegisterImporter(pool: county.pool).store(file)
            }
        }
        let store = RegisterStore(pool: county.pool)
        for known in try await store.counties() {
            _ = try await store.countyByCode(known.code)
            _ = try await store.currentVersion(known.id)
            _ = try await store.load(county: known.id)
            _ = try await store.load(county: known.id, version: 0)
            _ = try await store.directory(county: known.id, village: "V1", at: StoreCounty.monday)
        }
        _ = try await ImportGrounds(pool: county.pool).now()
        _ = try await ImportGrounds(pool: county.pool).keywords(of: County.ID(1))
    }
}
