import Domain
import Workflow

/// One transaction of the simulated database: row locks held to its end, changes staged and applied at COMMIT.
///
/// Reads see what is committed. Each statement may meet a fault: the connection lost, the backend terminated, COMMIT
/// answered never, late, or not at all although it happened.
// @unchecked: touched by the executor's one thread only.
final class Transaction: @unchecked Sendable {
    /// Run the body again: a lock was not granted in time, or a guard refused.
    struct Again: Error {}

    /// Later ones are greater. An address would order things otherwise in every run.
    let number: Int
    unowned let database: SimulatedDatabase
    let process: SimulatedProcess
    fileprivate(set) var held: [SimulatedDatabase.LockKey] = []
    fileprivate(set) var waitsFor: SimulatedDatabase.LockKey?
    private var staged: [(inout Tables) -> Void] = []
    private(set) var isEnded = false
    private(set) var isCommitting = false

    init(_ database: SimulatedDatabase, _ process: SimulatedProcess) {
        number = database.world.number()
        self.database = database
        self.process = process
    }

    /// The boundary between two statements: time passes, and the connection may be gone afterwards.
    func statement() async throws {
        try await process.gate()
        try leaveIfCancelled()
        if isEnded { throw lost }
        if database.world.chaos.losesConnection() {
            rollBack()
            throw lost
        }
        await database.world.pause()
        try await process.gate()
        if isEnded || database.isDown {
            rollBack()
            throw lost
        }
    }

    /// A cancelled call closes its connection.
    private func leaveIfCancelled() throws {
        guard Task.isCancelled else { return }
        rollBack()
        throw CancellationError()
    }

    private var lost: LaneFault { .unavailable("the connection was lost") }

    /// Locks a row to the transaction's end; waits for whoever holds it.
    func lock(_ key: SimulatedDatabase.LockKey, withinMilliseconds limit: Int64 = 10_000) async throws {
        try await statement()
        waitsFor = key
        defer { waitsFor = nil }
        let deadline = VirtualExecutor.shared.milliseconds + limit
        while let holder = database.locks[key], holder !== self {
            if database.isDeadlocked(self) {
                database.world.violation("40P01: a deadlock over \(key)")
                rollBack()
                throw Again()
            }
            guard VirtualExecutor.shared.milliseconds < deadline else {
                rollBack()
                throw Again()
            }
            await database.released(within: deadline - VirtualExecutor.shared.milliseconds)
            try await process.gate()
            try leaveIfCancelled()
            if isEnded || database.isDown {
                rollBack()
                throw lost
            }
        }
        if database.locks[key] == nil {
            database.locks[key] = self
            held.append(key)
        }
    }

    /// `skip locked`: false when somebody else holds it.
    func tryLock(_ key: SimulatedDatabase.LockKey) -> Bool {
        precondition(!isEnded, "what has ended holds nothing: look after each wait")
        if let holder = database.locks[key] { return holder === self }
        database.locks[key] = self
        held.append(key)
        return true
    }

    func stage(_ change: @escaping (inout Tables) -> Void) { staged.append(change) }

    /// - Throws: ``LaneFault/outcomeUnknown`` when the answer was lost.
    func commit() async throws {
        try await statement()
        isCommitting = true
        let fate = database.world.chaos.commitFate()
        database.world.trace("\(process.name) commits with \(held): \(fate)")
        switch fate {
        case .answered: apply()
        case .lostUndone:
            rollBack()
            throw LaneFault.outcomeUnknown
        case .lostDone:
            apply()
            throw LaneFault.outcomeUnknown
        case .lostLate(let milliseconds):
            // The backend is still at it, and holds its locks, when the client has long given up.
            Task {
                await VirtualExecutor.sleep(milliseconds: milliseconds)
                if !isEnded { apply() }
            }
            throw LaneFault.outcomeUnknown
        }
        // The answer is on its way; whoever was stopped or killed meanwhile has committed all the same.
        try await process.gate()
    }

    private func apply() {
        guard !isEnded else { return }
        for change in staged { change(&database.tables) }
        end()
    }

    func rollBack() {
        if isEnded { return }
        if !held.isEmpty { database.world.trace("\(process.name) rolls back \(held)") }
        end()
    }

    private func end() {
        isEnded = true
        database.open.removeAll { $0 === self }
        for key in held { database.locks[key] = nil }
        held = []
        database.notifyReleased()
    }
}

/// The simulated PostgreSQL.
// @unchecked: touched by the executor's one thread only.
final class SimulatedDatabase: @unchecked Sendable {
    enum LockKey: Hashable {
        case lane(Int32), consumer(Tables.ConsumerKey), key(String), deadline(Promise), request(RequestID), fold(RequestID), cadre(Int)
    }

    unowned let world: World
    var tables = Tables()
    var locks: [LockKey: Transaction] = [:]
    var open: [Transaction] = []
    private(set) var isDown = false
    private let releases = Signal()

    init(_ world: World) { self.world = world }

    /// Runs `body` between BEGIN and its own commit.
    func transaction<Result>(
        _ process: SimulatedProcess, _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        try await process.gate()
        if isDown { throw LaneFault.unavailable("the server is down") }
        let transaction = Transaction(self, process)
        open.append(transaction)
        do {
            let result = try await body(transaction)
            transaction.rollBack()
            return result
        } catch {
            // A commit whose answer was lost goes on by itself.
            if !transaction.isCommitting { transaction.rollBack() }
            throw error
        }
    }

    /// Crash: whatever was not committed is gone, and nobody answers until the restart.
    func crash() {
        world.trace("the database crashes")
        isDown = true
        for transaction in open { transaction.rollBack() }
        releases.notify()
    }

    func restart() { isDown = false }

    func notifyReleased() { releases.notify() }

    func released(within milliseconds: Int64) async {
        let alarm = Task {
            await VirtualExecutor.sleep(milliseconds: milliseconds)
            if !Task.isCancelled { releases.notify() }
        }
        await releases.wait()
        alarm.cancel()
    }

    /// Whether somebody waits, over any number of others, for a row this transaction holds while it waits for theirs.
    func isDeadlocked(_ first: Transaction) -> Bool {
        var seen: Set<Int> = []
        var next = first.waitsFor.flatMap { locks[$0] }
        while let transaction = next {
            if transaction === first { return true }
            guard seen.insert(transaction.number).inserted else { return false }
            next = transaction.waitsFor.flatMap { locks[$0] }
        }
        return false
    }
}

extension VirtualExecutor {
    /// Cancellation ends it early; whoever sleeps looks for himself.
    static func sleep(milliseconds: Int64) async {
        try? await Task.sleep(for: .milliseconds(milliseconds))
    }
}
