import Domain
import Testing

struct FiringTests {
    static let id = RequestID(5)
    static let deadlineStart = WorkingTimeTests.at("2026-07-28", 8, 30)

    static func deadline(_ kind: DeadlineKind, stage: DeadlineStage = .reminder, epoch: Int32 = 1) -> Deadline {
        Deadline(
            request: id, kind: kind, epoch: epoch, remindAt: Instant(seconds: 100), dueAt: Instant(seconds: 200),
            escalateAt: Instant(seconds: 300), stage: stage)
    }

    static func status(_ state: RequestState, assignment: Int32 = 1, timerEpoch: Int32 = 1) -> RequestStatus {
        RequestStatus(
            id: id,
            place: .init(county: County.ID(1), town: Town.ID(1), village: Village.ID(1), service: Service.ID(1)),
            state: state, owner: state.hasOwner ? Cadre.ID(1) : nil, reason: state == .waiting ? .routing : nil,
            lastSeq: 9, assignment: assignment, timerEpoch: timerEpoch, acceptedAt: Instant(seconds: 0))
    }

    @Test func `reminders come at half of the acknowledge minutes and four fifths of the resolve minutes`() {
        let service = SmallCounty.service(acknowledge: 120, resolve: 600)
        let calendar = WorkingTimeTests.usual
        let acknowledge = acknowledgeDeadline(
            request: Self.id, assignment: 3, assignedAt: Self.deadlineStart, service: service, calendar: calendar)
        #expect(
            acknowledge
                == Deadline(
                    request: Self.id, kind: .acknowledge, epoch: 3, remindAt: WorkingTimeTests.at("2026-07-28", 9, 30),
                    dueAt: WorkingTimeTests.at("2026-07-28", 10, 30),
                    escalateAt: WorkingTimeTests.at("2026-07-28", 15, 0)))
        let resolve = resolveDeadline(
            request: Self.id, epoch: 0, acceptedAt: Self.deadlineStart, service: service, calendar: calendar)
        #expect(resolve.remindAt == WorkingTimeTests.at("2026-07-29", 10, 0))
        #expect(resolve.dueAt == WorkingTimeTests.at("2026-07-29", 12, 0))
        #expect(resolve.kind == .resolve && resolve.stage == .reminder && resolve.nextAt == resolve.remindAt)
    }

    @Test(arguments: 0..<100)
    func `the three instants of any deadline are in order`(seed: Int) {
        var dice = Dice(seed: seed)
        let service = SmallCounty.service(acknowledge: dice.roll(0...5_000), resolve: dice.roll(0...50_000))
        let start = Instant(seconds: dice.roll(1_000_000_000...3_000_000_000))
        let deadlines = [
            acknowledgeDeadline(
                request: Self.id, assignment: 1, assignedAt: start, service: service, calendar: WorkingTimeTests.usual),
            resolveDeadline(
                request: Self.id, epoch: 0, acceptedAt: start, service: service, calendar: WorkingTimeTests.usual),
        ]
        for deadline in deadlines {
            #expect(start <= deadline.remindAt)
            #expect(deadline.remindAt <= deadline.dueAt)
            #expect(deadline.dueAt <= deadline.escalateAt)
        }
    }

    @Test(arguments: DeadlineKind.allCases, RequestState.allCases)
    func `a deadline concerns only the states in which its promise is open`(kind: DeadlineKind, state: RequestState) {
        let firing = fire(Self.deadline(kind), status: Self.status(state), now: Instant(seconds: 100))
        let concerns = kind == .acknowledge ? state == .assigned : state.isOpen
        #expect(firing.outcomes == (concerns ? [.remind] : [.obsolete]))
        #expect(firing.stage == (concerns ? .breach : .done))
        #expect(firing.nextAt == (concerns ? Instant(seconds: 200) : nil))
    }

    @Test(arguments: DeadlineKind.allCases)
    func `a deadline of another assignment or epoch is obsolete`(kind: DeadlineKind) {
        let later = Self.status(.assigned, assignment: 2, timerEpoch: 2)
        #expect(fire(Self.deadline(kind), status: later, now: Instant(seconds: 999)).outcomes == [.obsolete])
    }

    @Test(arguments: DeadlineKind.allCases)
    func `a deadline that is done never fires again`(kind: DeadlineKind) {
        let firing = fire(Self.deadline(kind, stage: .done), status: Self.status(.assigned), now: Instant(seconds: 999))
        #expect(firing == Firing(outcomes: [.obsolete], stage: .done, nextAt: nil, lateSeconds: 0))
    }

    @Test(arguments: [(.reminder, 99), (.breach, 199), (.escalation, 299)] as [(DeadlineStage, Int64)])
    func `nothing fires a second early`(stage: DeadlineStage, second: Int64) {
        let deadline = Self.deadline(.resolve, stage: stage)
        let firing = fire(deadline, status: Self.status(.waiting), now: Instant(seconds: second))
        #expect(firing == Firing(outcomes: [], stage: stage, nextAt: deadline.nextAt, lateSeconds: 0))
    }

    @Test(arguments: [
        (.reminder, 100, [.remind], .breach, 0),
        (.reminder, 150, [.remind], .breach, 50), (.reminder, 200, [.breach], .escalation, 100),
        (.reminder, 300, [.breach, .handOver], .done, 200), (.breach, 200, [.breach], .escalation, 0),
        (.breach, 310, [.breach, .handOver], .done, 110), (.escalation, 307, [.handOver], .done, 7),
    ] as [(DeadlineStage, Int64, [FiringOutcome], DeadlineStage, Int64)])
    func `what is overdue fires at once, without stale reminders but with every breach`(
        stage: DeadlineStage, second: Int64, outcomes: [FiringOutcome], next: DeadlineStage, late: Int64
    ) {
        let deadline = Self.deadline(.acknowledge, stage: stage)
        let firing = fire(deadline, status: Self.status(.assigned), now: Instant(seconds: second))
        #expect(firing.outcomes == outcomes)
        #expect(firing.stage == next)
        #expect(firing.nextAt == deadline.instant(of: next))
        #expect(firing.lateSeconds == late)
    }

    @Test func `a resolve deadline escalates and keeps the owner`() {
        let deadline = Self.deadline(.resolve, stage: .escalation)
        let firing = fire(deadline, status: Self.status(.started), now: Instant(seconds: 300))
        #expect(firing.outcomes == [.escalate])
        #expect(firing.moves(of: deadline) == [.escalate(.resolve)])
    }

    @Test func `after the most hand-overs a silent owner is escalated instead`() {
        for assignment in Int32(1)...5 {
            let deadline = Self.deadline(.acknowledge, stage: .escalation, epoch: assignment)
            let status = Self.status(.assigned, assignment: assignment)
            let firing = fire(deadline, status: status, now: Instant(seconds: 300))
            #expect(firing.outcomes == [assignment <= 3 ? .handOver : .escalate])
        }
    }

    @Test(arguments: DeadlineKind.allCases, [Int64(1), 60, 100, 101, 250, 1_000])
    func `whenever the worker looks, a breach and an escalation happen once each and are legal moves`(
        kind: DeadlineKind, step: Int64
    ) {
        var deadline = Self.deadline(kind)
        var status = Self.status(.assigned)
        var events: [EventType] = []
        for second in stride(from: Int64(0), through: 2_000, by: Int64.Stride(step)) {
            let now = Instant(seconds: second)
            let firing = fire(deadline, status: status, now: now)
            for move in firing.moves(of: deadline) {
                guard case .success(let transition) = decide(move, by: .system, on: status, at: now) else {
                    Issue.record("\(move) was refused at \(second)")
                    continue
                }
                status = transition.status
                events.append(transition.event.type)
            }
            deadline.stage = firing.stage
        }
        #expect(events == [.breached, kind == .acknowledge ? .handedOver : .escalated])
    }
}
