import Contracts
import KafkaClient
import Logging
import Synchronization
import Testing
import Workflow

@testable import Messaging

private struct NoRecords: BatchHandler {
    func handle(_ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket) async throws -> LaneCommit {
        fatalError("no record is expected")
    }
}

/// What a group's events say of the consumer and its lanes.
@Suite(.timeLimit(.minutes(2)))
struct ConsumerGroupLanesTests {
    private static let topic = Topic.requests.rawValue
    private let broker: EmbeddedBroker
    private let status = LaneStatus()
    private let lane = MemoryLane(recordCount: 0)

    init() throws {
        broker = try EmbeddedBroker()
        try broker.createTopic(Self.topic, partitions: 1)
    }

    private func consumer() throws -> KafkaConsumer {
        try KafkaConsumer(
            settings: [
                "bootstrap.servers": broker.bootstrapServers, "session.timeout.ms": "6000", "heartbeat.interval.ms": "100",
            ], group: MemoryLane.origin.group, topics: [Self.topic])
    }

    private func lanes(of consumer: KafkaConsumer, events: AsyncStream<KafkaAssignmentEvent>? = nil) -> ConsumerGroupLanes {
        ConsumerGroupLanes(
            events: events ?? consumer.assignments, consumer: consumer, group: MemoryLane.origin.group,
            limits: BatchLimits(maximumBytes: 1 << 20, linger: .none), status: status, log: Logger(label: "test")
        ) { [lane] source, status in
            ConsumeLane(
                source: source, handler: NoRecords(), keeper: lane, sink: lane, log: Logger(label: "test"), owner: "test", logID: 1,
                limits: ConsumeLimits(maximumRecords: 5), turns: Turns(1), status: status)
        }
    }

    private func until(_ fact: () -> Bool) async { while !fact() { await Task.yield() } }

    private func isUnassigned(_ why: String) -> Bool {
        guard case .unassigned(why, _) = status.membership else { return false }
        return true
    }

    @Test func `A member that the group has given up is between assignments until it has joined again`() async throws {
        let consumer = try consumer()
        let running = Task { await lanes(of: consumer).run() }
        await until { status.all[MemoryLane.origin]?.activity == .consuming }
        #expect(status.membership == .assigned)
        // The heartbeat is answered that nobody knows this member: UNKNOWN_MEMBER_ID.
        try broker.failNext(api: 12, with: [25])
        await until { isUnassigned("lost its partitions; joining the group again") }
        await until { status.membership == .assigned && status.all[MemoryLane.origin]?.activity == .consuming }
        await consumer.close(timeoutMilliseconds: 5_000)
        #expect(await running.value == nil)
    }

    @Test func `Without an assignment the consumer is not in order, with an empty one it is`() async throws {
        let consumer = try consumer()
        let (events, tell) = AsyncStream.makeStream(of: KafkaAssignmentEvent.self)
        let running = Task { await lanes(of: consumer, events: events).run() }
        tell.yield(.assigned([], assignment: 1))
        await until { status.membership == .assigned }
        let denied = try #require(throws: KafkaError.self) {
            try KafkaConsumer(settings: ["no.such.setting": "1"], group: "g", topics: [Self.topic])
        }
        tell.yield(.revoked([]) {})
        await until { isUnassigned("between assignments") }
        tell.yield(.failed(denied, partition: nil))
        await until { isUnassigned("\(denied)") }
        tell.yield(.assigned([], assignment: 2))
        await until { status.membership == .assigned }
        // Of a topic that is not there, while others are read: nothing was taken away.
        tell.yield(.failed(denied, partition: nil))
        tell.yield(.lost([]))
        await until { isUnassigned("lost its partitions; joining the group again") }
        tell.finish()
        #expect(await running.value == nil)
        await consumer.close(timeoutMilliseconds: 5_000)
    }
}
