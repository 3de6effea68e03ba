import Contracts
import Workflow

/// One partition in the hands of one member, which may no longer be its member without knowing.
// @unchecked: touched by the executor's one thread only.
final class SimulatedSource: RecordSource, Hashable, @unchecked Sendable {
    /// Later ones are greater. An address would order things otherwise in every run.
    private let number: Int
    let world: World
    let process: SimulatedProcess
    let key: Tables.ConsumerKey
    private(set) var believesAssigned = true
    private var position: Int64 = 0
    /// What was fetched stays with the consumer, whatever becomes of the topic.
    private var fetched: PartitionLog?
    private let status = LaneStatus()
    /// Its lane has ended, or never began because the process was stopped just then.
    private(set) var hasEnded = false

    init(world: World, process: SimulatedProcess, key: Tables.ConsumerKey) {
        number = world.number()
        self.world = world
        self.process = process
        self.key = key
    }

    static func == (left: SimulatedSource, right: SimulatedSource) -> Bool { left === right }
    func hash(into hasher: inout Hasher) { hasher.combine(number) }

    var origin: RecordOrigin {
        RecordOrigin(
            group: key.group,
            topic: key.group == World.Group.intake.rawValue ? Topic.submissions.rawValue : Topic.requests.rawValue,
            partition: key.partition)
    }

    /// Its lane waits for an operator.
    var isAlarmed: Bool {
        if case .stopped = status.all[origin]?.activity { true } else { false }
    }

    var isAssigned: Bool { believesAssigned && process.state != .dead }
    private var log: PartitionLog { world.kafka.log(origin.topic, origin.partition) }

    /// Runs the real lane over this partition until it is taken away.
    func run() {
        guard process.state == .running, !process.isStopping, believesAssigned else {
            hasEnded = true
            return
        }
        world.trace("\(process.name) runs \(key)")
        let lane = ConsumeLane(
            source: self, handler: world.handler(of: key.group, in: process), keeper: process.keeper, sink: process.sink,
            log: World.silence, owner: process.name, logID: 1, limits: ConsumeLimits(maximumRecords: 4, placeInterval: .seconds(3)),
            turns: process.turns, status: status)
        process.consuming[self] = Task {
            await lane.run()
            hasEnded = true
            process.consuming[self] = nil
            world.kafka.changes.notify()
        }
    }

    /// The batch in hand is finished; one that is held up is cancelled after the grace.
    func revoke() {
        guard believesAssigned else { return }
        believesAssigned = false
        world.trace("\(process.name) is told to leave \(key)")
        world.kafka.changes.notify()
        let task = process.consuming[self]
        Task {
            await VirtualExecutor.sleep(milliseconds: 2_500)
            task?.cancel()
        }
    }

    func ended(within milliseconds: Int64) async {
        let deadline = VirtualExecutor.shared.milliseconds + milliseconds
        while process.consuming[self] != nil, VirtualExecutor.shared.milliseconds < deadline {
            await VirtualExecutor.sleep(milliseconds: 100)
        }
    }

    func start(at offset: Int64) async throws {
        try await process.gate()
        (position, fetched) = (offset, nil)
    }

    func hasRecords(maximumRecords: Int) async throws -> Bool {
        fetched = try await available()
        return fetched != nil
    }

    func next(maximumRecords: Int) async throws -> [IncomingRecord]? {
        try await process.gate()
        try Task.checkCancellation()
        guard believesAssigned else { return nil }
        guard let log = fetched else { preconditionFailure("a lane asks for records before it was told that there are some") }
        let count = min(world.random.between(1, maximumRecords), Int(log.high - position))
        let records = log.records[Int(position)..<Int(position) + count]
        position += Int64(count)
        return Array(records)
    }

    /// Waits for a record to read. Nil: the partition is no longer ours.
    private func available() async throws -> PartitionLog? {
        while true {
            try await process.gate()
            try Task.checkCancellation()
            guard believesAssigned else { return nil }
            let log = log
            if position < log.low || (position > log.high && !world.kafka.isDown) {
                guard world.defect == .outOfRangeSwallowed else {
                    throw LaneFault.wrongPlace("the offset \(position) is not in the partition any more")
                }
                position = log.low
            }
            if position < log.high, !world.kafka.isDown {
                await world.pause()
                return log
            }
            await world.kafka.changes.wait()
        }
    }

    func commit(_ nextOffset: Int64) async { await world.pause() }

    func record(at offset: Int64) async throws -> IncomingRecord? {
        try await answering()
        if world.defect == .placeUnchecked { return nil }
        return offset >= log.low && offset < log.high ? log.records[Int(offset)] : nil
    }

    /// The simulated log has a record at every offset.
    func firstRecord(from offset: Int64) async throws -> IncomingRecord? { try await record(at: offset) }

    func watermarks() async throws -> (low: Int64, high: Int64) {
        try await answering()
        return (world.defect == .outOfRangeSwallowed ? 0 : log.low, log.high)
    }

    private func answering() async throws {
        try await process.gate()
        await world.pause()
        if world.kafka.isDown { throw SimulatedSink.BrokerDown() }
    }
}
