import Contracts
import Logging
import Synchronization
import Testing
import Workflow

@testable import Runtime

/// A consumer that hangs is made anew, and every record takes effect once and in order all the same.
@Suite(.timeLimit(.minutes(5)))
struct ConsumerSessionsTests {
    private let total: Int64 = 40

    /// Runs sessions of which the first hangs after record 9, in the way given, until everything is applied; time passes
    /// only while it hangs. Returns how many sessions there were.
    private func run(
        _ lane: MemoryLane, deliversUpTo limit: Int64 = .max, hanging gate: Gate? = nil
    ) async throws -> Int {
        let made = Mutex(0)
        let time = ManualTime()
        let bound = Duration.seconds(60)
        let watch = StallWatch(
            bound: bound,
            ends: { origins in Dictionary(uniqueKeysWithValues: origins.map { ($0, Int64(lane.records.count)) }) },
            pause: { _ in try await time.pause() })
        let sessions = ConsumerSessions(
            status: LaneStatus { time.now }, watch: watch, log: Logger(label: "test"), patienceSeconds: 0
        ) { status in
            let isFirst = made.withLock { made in
                made += 1
                return made == 1
            }
            return MemorySession(
                lane: lane, status: status, deliversUpTo: isFirst ? limit : .max, gate: isFirst ? gate : nil)
        }
        let running = Task { try await sessions.run() }
        while lane.applied.count < 10 { await Task.yield() }
        while made.withLock({ $0 }) < 2 {
            time.pass(bound)
            await Task.yield()
        }
        while lane.applied.count < Int(total) { await Task.yield() }
        sessions.stop()
        try await running.value
        return made.withLock { $0 }
    }

    @Test func `A source that stops delivering is given up, and the next goes on where the lane stands`() async throws {
        let lane = MemoryLane(recordCount: total)
        #expect(try await run(lane, deliversUpTo: 10) == 2)
        #expect(lane.applied == Array(0..<total))
    }

    @Test func `What a lane that hung still tries to commit is fenced`() async throws {
        let lane = MemoryLane(recordCount: total)
        let gate = Gate()
        #expect(try await run(lane, hanging: gate) == 2)
        gate.open()
        while lane.fencedCount == 0 { await Task.yield() }
        #expect(lane.applied == Array(0..<total))
    }

    @Test func `A consumer that breaks is made anew, and one that was closed is not`() async throws {
        let lane = MemoryLane(recordCount: total)
        let made = Mutex<[MemorySession]>([])
        let watch = StallWatch(bound: .seconds(60), ends: { _ in [:] }, pause: { _ in try await Task.sleep(for: .seconds(60)) })
        let sessions = ConsumerSessions(
            status: LaneStatus(), watch: watch, log: Logger(label: "test"), patienceSeconds: 0, pause: { _ in }
        ) { status in
            made.withLock { made in
                made.append(MemorySession(lane: lane, status: status, deliversUpTo: made.isEmpty ? 10 : .max, gate: nil))
                return made.last!
            }
        }
        let running = Task { try await sessions.run() }
        while lane.applied.count < 10 { await Task.yield() }
        await made.withLock { $0[0] }.breakDown(because: "fatal")
        while lane.applied.count < Int(total) { await Task.yield() }
        sessions.stop()
        try await running.value
        #expect(lane.applied == Array(0..<total))
        #expect(made.withLock { $0.count } == 2)
    }

    @Test func `A consumer whose group never answers is made anew, and its lanes read`() async throws {
        let lane = MemoryLane(recordCount: total)
        let time = ManualTime()
        let board = LaneStatus { time.now }
        let made = Mutex(0)
        let watch = StallWatch(bound: .seconds(60), ends: { _ in [:] }, pause: { _ in try await time.pause() })
        let sessions = ConsumerSessions(
            status: board, watch: watch, log: Logger(label: "test"), patienceSeconds: 0
        ) { present in
            let isFirst = made.withLock { made in
                made += 1
                return made == 1
            }
            return isFirst
                ? SilentSession() : MemorySession(lane: lane, status: present, deliversUpTo: .max, gate: nil)
        }
        let running = Task { try await sessions.run() }
        while made.withLock({ $0 }) < 2 {
            time.pass(.seconds(61))
            await Task.yield()
        }
        while lane.applied.count < Int(total) { await Task.yield() }
        #expect(board.membership == .assigned)
        sessions.stop()
        try await running.value
        #expect(made.withLock { $0 } == 2)
    }

    @Test func `A consumer between assignments hangs after a while, one that was assigned nothing does not`() async {
        let time = ManualTime()
        let status = LaneStatus { time.now }
        let watch = StallWatch(bound: .seconds(60)) { _ in [:] }
        status.assigned()
        time.pass(.seconds(3_600))
        #expect(await watch.stalled(status).isEmpty)
        status.unassigned("between assignments")
        time.pass(.seconds(40))
        status.unassigned("no access")
        #expect(await watch.stalled(status).isEmpty)
        time.pass(.seconds(21))
        #expect(await watch.stalled(status) == ["the group has assigned nothing for 61 s: no access"])
        // Of brokers that are away a new consumer would hear no more, but somebody should know that nobody watches.
        let told = Mutex(0)
        let unanswered = StallWatch(
            bound: .seconds(60), ends: { _ in throw LaneFault.unavailable("no broker") },
            unknown: { _ in told.withLock { $0 += 1 } })
        #expect(await unanswered.stalled(status).isEmpty)
        #expect(told.withLock { $0 } == 1)
        status.assigned()
        #expect(await watch.stalled(status).isEmpty)
    }

    @Test func `One consumer after the other that breaks down at once is waited for longer and longer, and a stop waits for none`() async throws {
        let pauses = Mutex<[Duration]>([])
        let watch = StallWatch(bound: .seconds(60), ends: { _ in [:] })
        let sessions = ConsumerSessions(
            status: LaneStatus(), watch: watch, log: Logger(label: "test"), patienceSeconds: 0,
            pause: { duration in
                let count = pauses.withLock { pauses in
                    pauses.append(duration)
                    return pauses.count
                }
                if count == 5 { try await Task.sleep(for: .seconds(3_600)) }
            }
        ) { _ in BrokenSession() }
        let running = Task { try await sessions.run() }
        while pauses.withLock({ $0.count }) < 5 { await Task.yield() }
        sessions.stop()
        try await running.value
        let longest: [Duration] = [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(16)]
        for (pause, longest) in zip(pauses.withLock { $0 }, longest) { #expect(pause >= longest / 2 && pause <= longest) }
    }

    @Test func `Pauses have an end, and begin anew after a consumer that lasted`() {
        var pauses = RemakingPauses()
        for _ in 1...100 { #expect(pauses.next(after: .seconds(1)) <= .seconds(30)) }
        #expect(pauses.next(after: .seconds(61)) == .zero)
        #expect(pauses.next(after: .seconds(1)) == .seconds(1))
        #expect(pauses.next(after: nil) == .zero)
    }

    @Test func `A lane without records is idle, however long`() async throws {
        let time = ManualTime()
        let status = LaneStatus { time.now }
        status.assigned()
        status.began(MemoryLane.origin, at: 7)
        let watch = StallWatch(bound: .seconds(60)) { _ in [MemoryLane.origin: 7] }
        for _ in 1...3 {
            time.pass(.seconds(3_600))
            #expect(await watch.stalled(status).isEmpty)
        }
    }

    @Test func `A lane counts as hanging only from when its records were there`() async throws {
        let time = ManualTime()
        let status = LaneStatus { time.now }
        status.assigned()
        status.began(MemoryLane.origin, at: 7)
        time.pass(.seconds(3_600))
        let watch = StallWatch(bound: .seconds(60)) { _ in [MemoryLane.origin: 9] }
        #expect(await watch.stalled(status).isEmpty)
        time.pass(.seconds(61))
        #expect(await watch.stalled(status).count == 1)
    }

    @Test func `A broker that does not answer, and a lane that waits for it, are no reason for a new consumer`() async throws {
        let time = ManualTime()
        let status = LaneStatus { time.now }
        status.assigned()
        status.began(MemoryLane.origin, at: 7)
        status.measured(MemoryLane.origin, lag: 2)
        time.pass(.seconds(3_600))
        let unanswered = StallWatch(bound: .seconds(60)) { _ in throw LaneFault.unavailable("no broker") }
        #expect(await unanswered.stalled(status).isEmpty)
        status.set(MemoryLane.origin, .waiting("PostgreSQL"))
        let answered = StallWatch(bound: .seconds(60)) { _ in [MemoryLane.origin: 9] }
        #expect(await answered.stalled(status).isEmpty)
        // It says so each time it tries; one that says nothing any more hangs like any other.
        time.pass(.seconds(59))
        status.set(MemoryLane.origin, .waiting("PostgreSQL"))
        time.pass(.seconds(59))
        #expect(await answered.stalled(status).isEmpty)
        time.pass(.seconds(2))
        #expect(await answered.stalled(status).count == 1)
    }

    @Test func `What lanes of an earlier consumer say no longer counts`() {
        let first = LaneStatus()
        first.began(MemoryLane.origin, at: 1)
        let second = first.successor()
        #expect(first.all.isEmpty)
        second.began(MemoryLane.origin, at: 5)
        first.remove(MemoryLane.origin)
        first.progressed(MemoryLane.origin, nextOffset: 2)
        #expect(second.all[MemoryLane.origin]?.nextOffset == 5)
        #expect(first.all[MemoryLane.origin]?.nextOffset == 5)
    }
}

/// A consumer whose group does not answer.
private final class SilentSession: ConsumerSession {
    private let gate = Gate()

    var failure: String? { nil }
    func run() async { await gate.wait() }
    func close(timeoutMilliseconds: Int) async { gate.open() }
}

/// A consumer that breaks down at once.
private struct BrokenSession: ConsumerSession {
    var failure: String? { "fatal" }
    func run() async {}
    func close(timeoutMilliseconds: Int) async {}
}

/// A consumer whose only partition is in memory.
private final class MemorySession: ConsumerSession, RecordSource, BatchHandler {
    private struct State {
        var isClosed = false
        var failure: String?
        var position: Int64 = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let lane: MemoryLane
    private let status: LaneStatus
    private let limit: Int64
    private let gate: Gate?
    private let state = Mutex(State())

    init(lane: MemoryLane, status: LaneStatus, deliversUpTo limit: Int64, gate: Gate?) {
        self.lane = lane
        self.status = status
        self.limit = limit
        self.gate = gate
    }

    func run() async {
        status.assigned()
        await ConsumeLane(
            source: self, handler: self, keeper: lane, sink: lane, log: Logger(label: "test"), owner: "test", logID: 1,
            limits: ConsumeLimits(maximumRecords: 5), turns: Turns(1), status: status
        ).run()
        status.remove(origin)
    }

    var failure: String? { state.withLock { $0.failure } }

    func breakDown(because why: String) async {
        state.withLock { $0.failure = why }
        await close(timeoutMilliseconds: 0)
    }

    func close(timeoutMilliseconds: Int) async {
        let waiter = state.withLock { state in
            state.isClosed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    // MARK: the partition

    var origin: RecordOrigin { MemoryLane.origin }
    var isAssigned: Bool { !state.withLock { $0.isClosed } }

    func start(at offset: Int64) async throws { state.withLock { $0.position = offset } }

    /// Hangs where it stops delivering, and at the end, until it is closed.
    func hasRecords(maximumRecords: Int) async throws -> Bool {
        while true {
            let (isClosed, isThere) = state.withLock { state in
                (state.isClosed, state.position < min(limit, Int64(lane.records.count)))
            }
            if isClosed { return false }
            if isThere { return true }
            await withCheckedContinuation { continuation in
                let isClosed = state.withLock { state in
                    if !state.isClosed { state.waiter = continuation }
                    return state.isClosed
                }
                if isClosed { continuation.resume() }
            }
        }
    }

    func next(maximumRecords: Int) async throws -> [IncomingRecord]? {
        state.withLock { state in
            if state.isClosed { return nil }
            let batch = lane.records.filter { $0.offset >= state.position && $0.offset < limit }.prefix(maximumRecords)
            state.position = (batch.last?.offset ?? state.position - 1) + 1
            return Array(batch)
        }
    }

    func commit(_ nextOffset: Int64) async {}
    func record(at offset: Int64) async throws -> IncomingRecord? { lane.records.first { $0.offset == offset } }
    func firstRecord(from offset: Int64) async throws -> IncomingRecord? { lane.records.first { $0.offset >= offset } }
    func watermarks() async throws -> (low: Int64, high: Int64) { (0, Int64(lane.records.count)) }

    // MARK: its effects

    func handle(_ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket) async throws -> LaneCommit {
        if let gate, records.contains(where: { $0.offset >= 10 }) { await gate.wait() }
        return try lane.commit(records, ticket)
    }
}
