/// What a deadline does next. The raw values are stored; never renumber them.
public enum DeadlineStage: Int16, Sendable, CaseIterable {
    case reminder = 0
    case breach = 1
    case escalation = 2
    /// Nothing: it has run its course or is of no more use.
    case done = 3
}

/// One promise about one request, with the three instants at which something happens unless it was kept.
///
/// Computed once from an event and then never moved: `remindAt <= dueAt <= escalateAt`.
public struct Deadline: Sendable, Hashable {
    public var request: RequestID
    public var kind: DeadlineKind
    /// For `acknowledge` the number of the assignment, for `resolve` the request's timer epoch.
    public var epoch: Int32
    public var remindAt: Instant
    public var dueAt: Instant
    public var escalateAt: Instant
    /// What fires next.
    public var stage: DeadlineStage

    public init(
        request: RequestID, kind: DeadlineKind, epoch: Int32, remindAt: Instant, dueAt: Instant, escalateAt: Instant,
        stage: DeadlineStage = .reminder
    ) {
        self.request = request
        self.kind = kind
        self.epoch = epoch
        self.remindAt = remindAt
        self.dueAt = dueAt
        self.escalateAt = escalateAt
        self.stage = stage
    }

    /// When ``stage`` fires; nil when nothing does any more.
    public var nextAt: Instant? { instant(of: stage) }

    /// When a stage fires; nil for `done`.
    public func instant(of stage: DeadlineStage) -> Instant? {
        switch stage {
        case .reminder: remindAt
        case .breach: dueAt
        case .escalation: escalateAt
        case .done: nil
        }
    }
}

/// The deadline for the owner of one assignment to say "I have it".
public func acknowledgeDeadline(
    request: RequestID, assignment epoch: Int32, assignedAt: Instant, service: Service, calendar: WorkingCalendar,
    policy: FollowUpPolicy = .current
) -> Deadline {
    deadline(
        request, .acknowledge, epoch, from: assignedAt, minutes: service.acknowledgeMinutes,
        reminderPercent: policy.acknowledgeReminderPercent, graceMinutes: policy.silentMinutes, calendar)
}

/// The deadline for the resident to have an answer.
///
/// - Parameter acceptedAt: when the request was accepted; for an epoch above 0 when it was reopened.
public func resolveDeadline(
    request: RequestID, epoch: Int32, acceptedAt: Instant, service: Service, calendar: WorkingCalendar,
    policy: FollowUpPolicy = .current
) -> Deadline {
    deadline(
        request, .resolve, epoch, from: acceptedAt, minutes: service.resolveMinutes,
        reminderPercent: policy.resolveReminderPercent, graceMinutes: policy.escalateMinutes, calendar)
}

private func deadline(
    _ request: RequestID, _ kind: DeadlineKind, _ epoch: Int32, from start: Instant, minutes: Int32,
    reminderPercent: Int32, graceMinutes: Int32, _ calendar: WorkingCalendar
) -> Deadline {
    let reminderMinutes = Int32(Int64(minutes) * Int64(min(max(reminderPercent, 0), 100)) / 100)
    return Deadline(
        request: request, kind: kind, epoch: epoch,
        remindAt: calendar.adding(workingMinutes: reminderMinutes, to: start),
        dueAt: calendar.adding(workingMinutes: minutes, to: start),
        escalateAt: calendar.adding(workingMinutes: minutes + max(0, graceMinutes), to: start))
}
