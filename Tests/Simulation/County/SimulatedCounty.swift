import Domain
import Workflow

/// A county of one village and one service, whose cadres work day and night.
struct SimulatedCounty: RegisterSource {
    /// The county's clock runs a thousand times as fast as the workers': promises of minutes come due within a run.
    static let pace: Int64 = 1_000
    /// Shorter than a county's, so that a run sees them through.
    static let policy = FollowUpPolicy(
        version: 1, acknowledgeReminderPercent: 50, resolveReminderPercent: 80, silentMinutes: 30, escalateMinutes: 60,
        maximumHandOvers: 2)
    static let place = RequestEvent.Place(county: Key(1), town: Key(1), village: Key(1), service: Key(1))

    private static let calendar = WorkingCalendar(
        version: 1, utcOffsetMinutes: 0, hours: [WorkingCalendar.WorkingHours(opens: 0, closes: 1_440)])
    /// Runs begin on a Monday and are over before its weekend.
    private static let beginning = calendar.instant(ofDay: 20_619, minute: 0)

    let register: Register

    init(acknowledgeMinutes: Int32, resolveMinutes: Int32) {
        register = Register(
            county: County(id: Key(1), code: "c", name: "county", registerVersion: 1, utcOffsetMinutes: 0),
            towns: [Town(id: Key(1), code: "t", name: "town", lead: nil)],
            villages: [Village(id: Key(1), town: Key(1), code: "v", name: "village")], skills: [],
            services: [
                Service(
                    id: Key(1), code: "s", name: "service", skill: Key(1), level: 1, acknowledgeMinutes: acknowledgeMinutes,
                    resolveMinutes: resolveMinutes, priority: 3)
            ], cadres: [], coverage: [], certificates: [], leaves: [], calendar: Self.calendar)
    }

    static var now: Instant {
        Instant(microseconds: beginning.microseconds + VirtualExecutor.shared.milliseconds * 1_000 * pace)
    }

    private var service: Service { register.services[Key(1)]! }

    /// For the owner of an assignment to say "I have it".
    func acknowledging(_ status: RequestStatus, assignedAt: Instant) -> Deadline {
        acknowledgeDeadline(
            request: status.id, assignment: status.assignment, assignedAt: assignedAt, service: service,
            calendar: Self.calendar, policy: Self.policy)
    }

    /// For the resident to have an answer to a new request.
    func answering(_ status: RequestStatus) -> Deadline {
        resolveDeadline(
            request: status.id, epoch: 0, acceptedAt: status.acceptedAt, service: service, calendar: Self.calendar,
            policy: Self.policy)
    }

    func versions() async throws -> [County.ID: Int64] { [Key(1): 1] }
    func register(of county: County.ID, version: Int64?) async throws -> Register { register }
}
