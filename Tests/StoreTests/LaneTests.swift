import Contracts
import Domain
import Logging
import PostgresClient
import Testing
import Workflow

@testable import Store

struct LaneTests {
    @Test func `A fenced lane cannot write`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(1)
            let paused = try await county.claim("router")
            _ = try await county.claim("router")
            let records = county.topic.records()
            let origin = RecordOrigin(group: "router", topic: Topic.requests.rawValue, partition: 0)
            await #expect(throws: LaneFault.fenced) {
                try await county.router.handle(records, from: origin, ticket: paused.advanced(past: records))
            }
            #expect(try await county.count("tuesday.assignment") == 0)
            #expect(try await county.count("tuesday.event") == 1)
        }
    }

    @Test func `A claim ends the backend of a worker stopped in the middle of a transaction`() async throws {
        try await StoreCounty.with { county in
            let ticket = try await county.claim("router")
            try await county.pool.withConnection { stopped in
                try await stopped.pipeline([
                    PostgresCall("begin"),
                    PostgresCall(
                        "select lane_seq from tuesday.lane where id = $1 for no key update", [.int32(ticket.lane)]),
                    PostgresCall("select pg_advisory_xact_lock_shared(7215, $1)", [.int32(ticket.lane)]),
                ])
                let claimed = try await county.claim("router")
                #expect(claimed.epoch == ticket.epoch + 1)
                await #expect(throws: PostgresFailure.self) { try await stopped.query("select 1") }
            }
        }
    }

    @Test func `The tail is what commits returned, byte for byte`() async throws {
        try await StoreCounty.with { county in
            let lane = county.lane("intake")
            try await county.submit(5, lane: lane)
            try await county.consume(county.router, "router")
            try await county.consume(county.followUp, "followup")
            let broken = IncomingRecord(
                offset: Int64(county.topic.records().count), key: Array("x".utf8), value: [0xFF, 0x00],
                headers: [.init("ce_id", "a"), .init("odd\"", "b\\")], timestamp: 5)
            try await county.consume(county.statistics, "stats", from: county.topic.records() + [broken])
            try await county.setClock(StoreCounty.monday.adding(minutes: 120))
            let closing = county.lane("close")
            try await CloseWindows(store: WindowTransactions(pool: county.pool), grace: .zero)
                .close(limit: 10, lane: closing)
            await county.drain(closing)
            var found: [OutgoingMessage] = []
            for id in try await LaneReader(pool: county.pool).lanes().map(\.id) {
                found += try await LaneStore(pool: county.pool).tail(of: id, after: 0, limit: 1_000)
            }
            let published = county.topic.all
            #expect(Set(published.map(\.topic)).count == 4)
            #expect(found.map(\.whole).sorted() == published.map(\.whole).sorted())
        }
    }

    /// The later tables are read after the commit, the first was read before.
    @Test func `What is committed while the tail is read is not read in part`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(1)
            let store = LaneStore(pool: county.pool)
            let lane = try #require(Int32(try await county.texts("select lane_id::text from tuesday.event")[0]))
            let written = try await store.tail(of: lane, after: 0, limit: 1_000).map(\.laneSeq)
            let reading = try await county.pool.withConnection { connection in
                try await connection.execute(
                    script: """
                        begin;
                        lock table tuesday.notification in access exclusive mode;
                        insert into tuesday.notification
                            (lane_id, lane_seq, at, request_id, county_id, recipient, template, body)
                        select lane_id, lane_seq + 2, at, request_id, county_id, 'resident', 'assigned', '{}'
                        from tuesday.event;
                        insert into tuesday.event (request_id, lane_seq, at, lane_id, county_id, seq, type, body)
                        select request_id, lane_seq + 1, at, lane_id, county_id, 2, type, body
                        from tuesday.event
                        """)
                let reading = Task { try await store.tail(of: lane, after: 0, limit: 1_000) }
                try await county.awaitLockWaits(1)
                try await connection.execute(script: "commit")
                return reading
            }
            #expect(try await reading.value.map(\.laneSeq) == written)
            let next = written[0] + 1
            #expect(try await store.tail(of: lane, after: 0, limit: 1_000).map(\.laneSeq) == written + [next, next + 1])
        }
    }

    enum Loss: CaseIterable {
        case beforeCommit, afterCommit
    }

    /// Throws away the answer of the first transaction: it happened, or it did not.
    struct LossyMoves: MoveStore {
        let store: MoveTransactions
        let loss: Loss
        let calls: Calls

        actor Calls {
            var count = 0
            func next() -> Int {
                count += 1
                return count
            }
        }

        func move(
            _ commands: [MoveCommand], ticket: LaneTicket, prepared: Prepared<[MoveOutcome]>,
            decide: @Sendable (MoveCommand, RequestStatus, Instant) -> Result<Transition, Refusal>
        ) async throws -> LaneCommit {
            guard await calls.next() == 1 else {
                return try await store.move(commands, ticket: ticket, prepared: prepared, decide: decide)
            }
            switch loss {
            case .beforeCommit:
                // A prepared result must not be taken for a committed one.
                prepared.set(LaneCommit(messages: [], laneSeq: ticket.laneSeq + 1), [.unknown])
            case .afterCommit: _ = try await store.move(commands, ticket: ticket, prepared: prepared, decide: decide)
            }
            throw LaneFault.outcomeUnknown
        }
    }

    @Test(arguments: Loss.allCases)
    func `A commit whose answer was lost happens once and is answered once`(_ loss: Loss) async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1)[0]
            let calls = LossyMoves.Calls()
            let moves = MoveRequests(
                store: LossyMoves(store: MoveTransactions(pool: county.pool), loss: loss, calls: calls))
            let lane = county.lane("move")
            let outcomes = try await moves.move(
                [MoveCommand(request: id, move: .withdraw, actor: .resident)], lane: lane)
            await county.drain(lane)
            guard case .done(let status) = outcomes[0] else { throw Unexpected(what: "\(outcomes)") }
            #expect(status.state == .withdrawn)
            #expect(await calls.count == (loss == .beforeCommit ? 2 : 1))
            #expect(try await county.count("tuesday.event") == 2)
            #expect(county.topic.records().count == 2)
        }
    }

    @Test func `A move that names the event it follows is done once, however often it is asked for`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1)[0]
            let lane = county.lane("move")
            let command = MoveCommand(request: id, move: .withdraw, actor: .resident, after: 1)
            // Twice in one transaction, and once more afterwards.
            let outcomes = try await county.moves.move([command, command], lane: lane)
                + county.moves.move([command, MoveCommand(request: id, move: .withdraw, actor: .resident, after: 7)], lane: lane)
            await lane.close()
            guard case .done(let status) = outcomes[0] else { throw Unexpected(what: "\(outcomes)") }
            #expect(status.state == .withdrawn && status.lastSeq == 2)
            for (outcome, named) in zip(outcomes.dropFirst(), [1, 1, 7]) {
                guard case .refused(let refusal) = outcome else { throw Unexpected(what: "\(outcome)") }
                #expect(refusal == .changedMeanwhile(after: Int32(named), found: 2))
            }
            #expect(try await county.count("tuesday.event") == 2)
        }
    }

    @Test func `A lane whose owner is gone is adopted with its tail`() async throws {
        try await StoreCounty.with { county in
            let store = LaneStore(pool: county.pool)
            let ticket = try await store.borrow(pool: "intake", owner: "gone")
            let id = try await county.submit(1)[0]
            let moved = try await MoveTransactions(pool: county.pool).move(
                [MoveCommand(request: id, move: .withdraw, actor: .resident)], ticket: ticket, prepared: Prepared()
            ) { decide($0.move, by: $0.actor, on: $1, at: $2) }
            #expect(moved.messages.count == 1)
            try await county.run("update tuesday.lane set lease_until = '-infinity'")
            try await county.run("update tuesday.lane set published_through = lane_seq where id <> \(ticket.lane)")
            let adopted = try await store.adopt(owner: "heir")
            #expect(adopted?.lane == ticket.lane)
            #expect(adopted?.epoch == ticket.epoch + 1)
            let left = try await store.adopt(owner: "another")
            #expect(left?.lane == nil)
        }
    }

    @Test func `Lanes of which Kafka takes nothing keep no other from being adopted`() async throws {
        try await StoreCounty.with { county in
            let store = LaneStore(pool: county.pool)
            var lanes: [Int32] = []
            for _ in 0..<3 { lanes.append(try await store.borrow(pool: "full", owner: "gone").lane) }
            try await county.run(
                "update tuesday.lane set lane_seq = 1, lease_until = '-infinity' where consumer_group = 'full'")
            var adopted: [Int32] = []
            for _ in 0..<4 {
                if let ticket = try await store.adopt(owner: "heir", pool: "full") { adopted.append(ticket.lane) }
                // So long was the heir busy with it.
                try await county.run("update tuesday.lane set lease_until = lease_until - interval '1 minute'")
            }
            #expect(adopted == lanes + lanes.prefix(1))
        }
    }
}

extension OutgoingMessage {
    /// Everything in it, to be compared.
    var whole: String {
        "\(topic) \(laneSeq) \(key ?? []) \(value ?? []) \(headers.map { "\($0.name)=\($0.value)" }) \(at)"
    }
}
