import Contracts
import Domain
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing
import Web
import Workflow

typealias RequestID = Domain.RequestID

/// What the other side of the ports answers, and what it was asked.
final class FakePorts: Sendable {
    struct Answers: Sendable {
        /// Nil: a submission is a call the test did not expect.
        var submit: (@Sendable (Submission) async throws -> Result<AcceptOutcome, FieldProblems>)?
        var move: (@Sendable (MoveCommand) async throws -> MoveOutcome)?
        var receipt: (@Sendable (MessageID) async throws -> Bool)?
        var views: [RequestView] = []
        /// Instead of pages of `views`.
        var page: RequestPage?
        var cadres: [String: Cadre.ID] = [:]
        var figures = LiveFigures(byState: [], waitingByReason: [], breached: 0, now: Instant(seconds: 0))
        var failure: LaneFault?
    }

    struct Asked: Sendable {
        var submissions: [Submission] = []
        var moves: [MoveCommand] = []
        var filters: [RequestFilter] = []
        var figureCount = 0
    }

    private let answers: Answers
    private let log = Mutex(Asked())

    init(_ change: (inout Answers) -> Void = { _ in }) {
        var answers = Answers()
        change(&answers)
        self.answers = answers
    }

    var asked: Asked { log.withLock { $0 } }

    /// Runs the test against the router.
    func test(
        settings: WebSettings = WebSettings(), live: Bool = false,
        _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        var settings = settings
        settings.port = 0
        let web = WebApplication(ports: ports, settings: settings, logger: quiet)
        try await web.application.test(live ? .live : .router) { try await body($0) }
    }

    private var ports: WebPorts {
        WebPorts(
            submit: { submission in
                self.log.withLock { $0.submissions.append(submission) }
                guard let submit = self.answers.submit else {
                    Issue.record("a submission the test did not expect")
                    throw LaneFault.failed("unexpected")
                }
                return try await submit(submission)
            },
            move: { command in
                self.log.withLock { $0.moves.append(command) }
                guard let move = self.answers.move else {
                    Issue.record("a move the test did not expect")
                    throw LaneFault.failed("unexpected")
                }
                return try await move(command)
            },
            receipt: { notification in
                guard let receipt = self.answers.receipt else {
                    Issue.record("a receipt the test did not expect")
                    throw LaneFault.failed("unexpected")
                }
                return try await receipt(notification)
            },
            reading: self)
    }
}

extension FakePorts: RequestReading {
    func request(_ id: RequestID) async throws -> RequestView? {
        if let failure = answers.failure { throw failure }
        return answers.views.first { $0.status.id == id }
    }

    /// As the real one: newest first, after the cursor, as many as asked for.
    func requests(_ filter: RequestFilter) async throws -> RequestPage {
        log.withLock { $0.filters.append(filter) }
        if let failure = answers.failure { throw failure }
        if let page = answers.page { return page }
        let left = answers.views.filter { view in filter.before.map { view.status.id < $0 } ?? true }
            .sorted { $0.status.id > $1.status.id }
        let page = Array(left.prefix(filter.limit))
        return RequestPage(requests: page, next: left.count > page.count ? page.last?.status.id : nil)
    }

    func cadre(code: String) async throws -> Cadre.ID? { answers.cadres[code] }

    func liveFigures() async throws -> LiveFigures {
        log.withLock { $0.figureCount += 1 }
        if let failure = answers.failure { throw failure }
        return answers.figures
    }
}

/// What keeps a port from answering.
enum Fault: Sendable {
    case overloaded, stopped, cancelled
    case lane(LaneFault)

    func raise() async throws -> Never {
        switch self {
        case .overloaded: _ = try await GroupCommit<Int, Int>(maximumPending: 0).submit(1)
        case .stopped:
            let stopped = GroupCommit<String, Int>(maximumPending: 1)
            stopped.stop()
            _ = try await stopped.submit("")
        case .cancelled: throw CancellationError()
        case .lane(let fault): throw fault
        }
        fatalError("a group commit that cannot take the item throws")
    }
}

extension RequestView {
    static func example(
        _ number: UInt128, state: RequestState = .assigned, village: String = "V0345", serviceName: String = "路灯维修",
        ownerName: String? = "李四"
    ) -> RequestView {
        RequestView(
            status: RequestStatus(
                id: RequestID(number), place: .init(county: .init(1), town: .init(2), village: .init(3), service: .init(4)),
                state: state, owner: state.hasOwner ? Cadre.ID(17) : nil, reason: state == .waiting ? .everyoneOnLeave : nil,
                lastSeq: 3, assignment: 1, acceptedAt: Instant(seconds: 1_795_482_000)),
            county: "C1", town: "T02", village: village, service: "S007", serviceName: serviceName,
            owner: ownerName == nil ? nil : "C0017", ownerName: ownerName, priority: 3,
            submittedAt: Instant(seconds: 1_795_481_000), assignedAt: Instant(seconds: 1_795_482_001),
            acknowledgedAt: nil, closedAt: nil)
    }
}
