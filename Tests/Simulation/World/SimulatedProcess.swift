import Logging
import Workflow

/// One worker process, with all four services in it: it can be stopped, continued, and killed at any instant.
// @unchecked: touched by the executor's one thread only.
final class SimulatedProcess: @unchecked Sendable {
    enum State { case running, paused, dead }

    unowned let world: World
    let name: String
    private(set) var state = State.running
    /// Takes no partitions any more.
    private(set) var isStopping = false
    private let changes = Signal()
    let submits: GroupCommit<Submission, SubmissionAnswer>
    let moves: GroupCommit<MoveCall, MoveAnswer>
    let turns: Turns
    private(set) var lanes: [PoolLane] = []
    private var tasks: [Task<Void, Never>] = []
    /// Consuming lanes under way.
    var consuming: [SimulatedSource: Task<Void, Never>] = [:]

    init(_ world: World, name: String) {
        self.world = world
        self.name = name
        submits = GroupCommit(maximumPending: 100, maximumBatch: 3)
        moves = GroupCommit(maximumPending: 100, maximumBatch: 3)
        turns = Turns(world.random.between(1, 2))
    }

    var keeper: SimulatedKeeper { SimulatedKeeper(database: world.database, process: self) }
    var sink: SimulatedSink { SimulatedSink(world: world, process: self) }

    /// Every effect of the process comes through here: a stopped one waits, a dead one has none any more.
    func gate() async throws {
        while state == .paused { await changes.waitStubbornly() }
        if state == .dead { throw CancellationError() }
    }

    func start() {
        let keeper = keeper
        let sink = sink
        func lane(_ pool: String) -> PoolLane {
            let lane = PoolLane(pool: pool, owner: name, keeper: keeper, sink: sink, log: World.silence)
            lanes.append(lane)
            return lane
        }
        let (submit, move) = (lane("submit"), lane("move"))
        let intake = IntakeModel(world: world, process: self)
        let mover = MoveModel(world: world, process: self)
        tasks = [
            Task { [submits] in await submits.run { try await intake.accept($0, on: submit) } },
            Task { [moves] in await moves.run { try await mover.move($0, on: move) } },
            Task { [name] in
                await AdoptLanes(keeper: keeper, sink: sink, owner: name, log: World.silence).run()
            },
        ]
        if world.plan.groups.contains(.followup) {
            let fire = lane("fire")
            let model = FollowUpModel(world: world, process: self)
            tasks.append(Task { await self.tick(1_000) { try await model.fireDue(on: fire) } })
        }
        if world.plan.groups.contains(.router) {
            let retry = lane("retry")
            let model = RouterModel(world: world, process: self)
            tasks.append(Task { await self.tick(3_000) { try await model.retry(on: retry) } })
        }
    }

    private func tick(_ milliseconds: Int64, _ work: () async throws -> Void) async {
        while !Task.isCancelled, state != .dead {
            do { try await work() } catch { await VirtualExecutor.sleep(milliseconds: 50) }
            await VirtualExecutor.sleep(milliseconds: milliseconds)
        }
    }

    func pause() {
        guard state == .running else { return }
        world.trace("\(name) is stopped")
        state = .paused
    }

    func resume() {
        guard state == .paused else { return }
        world.trace("\(name) continues")
        state = .running
        changes.notify()
        world.kafka.returned(self)
    }

    /// As a power failure would. What its backends were doing is rolled back now or a while later.
    func kill() {
        guard state != .dead else { return }
        state = .dead
        world.trace("\(name) is killed")
        changes.notify()
        for transaction in world.database.open where transaction.process === self {
            let milliseconds = world.random.below(3) == 0 ? world.random.between(1, 1_500) : 0
            if milliseconds == 0, !transaction.isCommitting {
                transaction.rollBack()
            } else {
                Task {
                    await VirtualExecutor.sleep(milliseconds: Int64(milliseconds))
                    if !transaction.isCommitting { transaction.rollBack() }
                }
            }
        }
        end()
    }

    /// SIGTERM: finishes what it has, publishes, gives its lanes back.
    func stop() async {
        isStopping = true
        submits.stop()
        moves.stop()
        for source in consuming.keys { source.revoke() }
        for task in tasks.prefix(2) { await task.value }
        for task in tasks.dropFirst(2) { task.cancel() }
        for task in tasks { await task.value }
        for lane in lanes { await lane.close() }
        for task in Array(consuming.values) { await task.value }
    }

    private func end() {
        // Waiting calls are answered with the error that a dead process's gate throws; the client has gone by then.
        submits.stop()
        moves.stop()
        for task in tasks.dropFirst(2) { task.cancel() }
        for task in consuming.values { task.cancel() }
        Task { [lanes] in for lane in lanes { await lane.close() } }
    }
}
