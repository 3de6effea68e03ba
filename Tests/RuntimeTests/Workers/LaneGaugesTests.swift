import Contracts
import Logging
import Synchronization
import Testing
import Workflow

@testable import Runtime

/// What a worker's metrics say of lanes that do not read, where their lag says nothing.
@Suite(.timeLimit(.minutes(5))) struct LaneGaugesTests {
    private let metrics = MetricRegistry()
    private let partition = TopicMadeAnew()
    private let parts: WorkerParts
    private let status: LaneStatus

    init() async throws {
        parts = try await WorkerParts(
            WorkerContext(
                program: .stats, version: "1",
                settings: try Settings.read(program: .stats, arguments: [], environment: [:]) { _ in nil },
                logger: Logger(label: "test"), health: HealthRegister(), metrics: metrics))
        _ = parts.consumer(.stats, NoRecords())
        status = parts.status.successor()
    }

    /// The lines of `tuesday_lanes`, but for those of a zero.
    private var lanes: [String] {
        PrometheusText.render(metrics).split(separator: "\n")
            .filter { $0.hasPrefix("tuesday_lanes{") && !$0.hasSuffix(" 0") }.map(String.init)
    }

    private func line(_ activity: String) -> String { "tuesday_lanes{activity=\"\(activity)\",group=\"tuesday-stats\"} 1" }

    /// Waits until that is told; a test whose time is over is cancelled, and fails here.
    private func until(_ expected: [String]) async {
        while lanes != expected, !Task.isCancelled { await Task.yield() }
        #expect(lanes == expected)
    }

    @Test func `a lane at the end of a topic that is made anew is told as stopped beside those that go on`() async throws {
        let lane = MemoryLane(recordCount: 3)
        let ticket = try await claim(lane)
        _ = try lane.commit(lane.records, ticket.advanced(past: lane.records))
        var other = MemoryLane.origin
        other.partition = 1
        status.began(other, at: 5)
        #expect(lanes == [line("consuming")])
        partition.answers()
        let running = Task { await consume(lane).run() }
        await until([line("consuming"), line("stopped")])
        #expect(status.all.values.allSatisfy { $0.lag == 0 })
        running.cancel()
        await running.value
        status.remove(MemoryLane.origin)
        #expect(lanes == [line("consuming")])
    }

    @Test func `a lane that does not get through its claim is told as waiting until it does`() async {
        let running = Task { await consume(MemoryLane(recordCount: 0)).run() }
        await until([line("waiting")])
        partition.answers()
        await until([line("consuming")])
        partition.revoke()
        await running.value
    }

    @Test func `a worker without lanes tells so of every activity`() {
        let zeros = LaneStatus.Activity.Kind.allCases.map {
            "\ntuesday_lanes{activity=\"\($0.rawValue)\",group=\"tuesday-stats\"} 0\n"
        }
        let text = PrometheusText.render(metrics)
        for zero in zeros { #expect(text.contains(zero)) }
    }

    private func claim(_ lane: MemoryLane) async throws -> LaneTicket {
        let origin = MemoryLane.origin
        return try await lane.claim(
            log: 1, group: origin.group, topic: origin.topic, partition: origin.partition, owner: "before")
    }

    private func consume(_ lane: MemoryLane) -> ConsumeLane {
        ConsumeLane(
            source: partition, handler: NoRecords(), keeper: lane, sink: lane, log: Logger(label: "test"), owner: "test",
            logID: 1, limits: ConsumeLimits(), turns: Turns(1), status: status.lane(of: MemoryLane.origin))
    }

    private struct NoRecords: BatchHandler {
        func handle(
            _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
        ) async throws -> LaneCommit { fatalError("no record is expected") }
    }

    /// A partition without records, whose broker does not answer at first.
    private final class TopicMadeAnew: RecordSource {
        struct NoAnswer: Error {}

        let origin = MemoryLane.origin
        private let hasAnswer = Mutex(false)
        private let revoked = Gate()
        private let assigned = Mutex(true)

        func answers() { hasAnswer.withLock { $0 = true } }

        func revoke() {
            assigned.withLock { $0 = false }
            revoked.open()
        }

        var isAssigned: Bool { assigned.withLock { $0 } }
        func start(at offset: Int64) async throws {}
        func hasRecords(maximumRecords: Int) async throws -> Bool {
            await revoked.wait()
            return false
        }
        func next(maximumRecords: Int) async throws -> [IncomingRecord]? { nil }
        func commit(_ nextOffset: Int64) async {}
        func record(at offset: Int64) async throws -> IncomingRecord? { nil }
        func firstRecord(from offset: Int64) async throws -> IncomingRecord? { nil }
        func watermarks() async throws -> (low: Int64, high: Int64) {
            guard hasAnswer.withLock({ $0 }) else { throw NoAnswer() }
            return (0, 0)
        }
    }
}
