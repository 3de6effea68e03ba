import Chance
import Contracts
import Logging
import Workflow

/// One run: a county small enough to be checked to the last row, and whatever may go wrong, all of it from one seed.
// @unchecked: touched by the executor's one thread only.
final class World: @unchecked Sendable {
    enum Group: String, CaseIterable { case intake, router, followup, stats }

    static let silence = Logger(label: "simulation", factory: { _ in SwiftLogNoOpLogHandler() })
    /// The value of a record whose handling fails whatever is tried.
    static let crashing = Array("crash".utf8)

    let seed: UInt64
    let defect: Defect?
    let plan: Plan
    let county: SimulatedCounty
    let registers: RegisterCache
    private let isTracing: Bool
    var random: SeededRandom
    let chaos: Chaos
    private(set) var database: SimulatedDatabase!
    private(set) var kafka: SimulatedKafka!
    var processes: [SimulatedProcess] = []
    let history = History()
    private(set) var violations: [String] = []
    /// The operator knows of records that are gone, although no lane may have noticed.
    var isToldOfLoss = false
    /// Consumers that cannot know that their topic was made anew.
    var lookalikes: Set<Tables.ConsumerKey> = []
    private var lastNumber = 0

    init(seed: UInt64, defect: Defect?, isTracing: Bool = false) {
        self.seed = seed
        self.isTracing = isTracing
        self.defect = defect
        var random = SeededRandom(seed: seed)
        plan = Plan(&random)
        county = SimulatedCounty(acknowledgeMinutes: plan.acknowledgeMinutes, resolveMinutes: plan.resolveMinutes)
        registers = RegisterCache(source: county)
        chaos = Chaos(&random)
        self.random = random
        database = SimulatedDatabase(self)
        kafka = SimulatedKafka(self)
        database.tables.cadres = plan.capacities.map { Tables.Cadre(capacity: $0) }
    }

    /// A number nobody else has.
    func number() -> Int {
        lastNumber += 1
        return lastNumber
    }

    /// Told when somebody looks at one seed.
    func trace(_ sentence: @autoclosure () -> String) {
        if isTracing { print("\(VirtualExecutor.shared.milliseconds) ms: \(sentence())") }
    }

    /// Only the first few: one defect breaks many rules.
    func violation(_ sentence: String) {
        trace(sentence)
        if violations.count < 5 { violations.append(sentence) }
    }

    /// Lets others run, and sometimes time pass.
    func pause() async {
        if random.below(4) == 0 {
            await VirtualExecutor.sleep(milliseconds: Int64(random.between(1, 20)))
        } else {
            await Task.yield()
        }
    }

    func handler(of group: String, in process: SimulatedProcess) -> any BatchHandler {
        switch Group(rawValue: group)! {
        case .intake: IntakeModel(world: self, process: process)
        case .router: RouterModel(world: self, process: process)
        case .followup: FollowUpModel(world: self, process: process)
        case .stats: StatisticsModel(world: self, process: process)
        }
    }

    /// Runs a consumer's transaction with what belongs to every one of them.
    func consumed(
        _ records: [IncomingRecord], _ origin: RecordOrigin, _ ticket: LaneTicket, _ process: SimulatedProcess,
        _ transact: (LaneTicket, (inout LaneWork) async throws -> Void) async throws -> LaneCommit
    ) async throws -> LaneCommit {
        if defect == .offsetBeforeEffects {
            _ = try await LaneWork.run(database, process, ticket) { $0.consume(records, from: origin) }
            return try await transact(ticket) { _ in }
        }
        return try await transact(ticket) { $0.consume(records, from: origin) }
    }

    @discardableResult
    func startProcess() -> SimulatedProcess {
        let process = SimulatedProcess(self, name: "p\(processes.count + 1)")
        processes.append(process)
        process.start()
        return process
    }
}

/// A mistake to be made on purpose, so that the checks are seen to find it.
enum Defect: String, CaseIterable, Sendable {
    /// Statistics count whatever arrives.
    case noSequenceGuard = "no-seq-guard"
    /// A transaction does not look whether its lane was taken over.
    case noEpochCheck = "no-epoch-check"
    /// A lane's advance is committed before what its records cause.
    case offsetBeforeEffects = "offset-before-effects"
    /// A client is answered although COMMIT was not.
    case acknowledgeBeforeCommit = "ack-before-commit"
    /// A deadline fires without a look at the request's row.
    case timerWithoutCheck = "timer-without-recheck"
    /// The publishing position moves before the delivery reports.
    case cursorBeforeReports = "cursor-before-reports"
    /// A consumer whose offset is gone goes on where the partition begins.
    case outOfRangeSwallowed = "out-of-range-swallowed"
    /// Nobody looks whether a record that a lane has applied is still where it was.
    case placeUnchecked = "place-unchecked"
    /// A cadre's room is looked at and then written.
    case capacityCheckedThenWritten = "capacity-checked-then-written"
    /// What became of a lost COMMIT is read without the lane's lock.
    case resumeWithoutLock = "resume-without-lock"
    /// What was committed while a lane's tail was read is published in part, and the rest passed over.
    case tornTail = "torn-tail"
}
