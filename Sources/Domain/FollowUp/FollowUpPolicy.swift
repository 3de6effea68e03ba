/// How a county follows requests up. The numbers are illustrative defaults, not taken from any source.
public struct FollowUpPolicy: Sendable, Hashable {
    public var version: Int32
    /// The share of the acknowledge minutes after which the owner is reminded, in percent.
    public var acknowledgeReminderPercent: Int32
    /// The share of the resolve minutes after which the owner is reminded, in percent.
    public var resolveReminderPercent: Int32
    /// Working minutes a cadre may stay silent after missing the acknowledge deadline before losing the request.
    public var silentMinutes: Int32
    /// Working minutes from a missed resolve deadline until the town's lead is told.
    public var escalateMinutes: Int32
    /// Assignments numbered above this are no longer handed over when the owner is silent, but escalated: more of
    /// the same would not help.
    public var maximumHandOvers: Int32

    public init(
        version: Int32, acknowledgeReminderPercent: Int32, resolveReminderPercent: Int32, silentMinutes: Int32,
        escalateMinutes: Int32, maximumHandOvers: Int32
    ) {
        self.version = version
        self.acknowledgeReminderPercent = acknowledgeReminderPercent
        self.resolveReminderPercent = resolveReminderPercent
        self.silentMinutes = silentMinutes
        self.escalateMinutes = escalateMinutes
        self.maximumHandOvers = maximumHandOvers
    }

    /// Reminders at 50 % and 80 %; two working hours of silence; escalation after one working day; three hand-overs.
    public static let current = FollowUpPolicy(
        version: 1, acknowledgeReminderPercent: 50, resolveReminderPercent: 80, silentMinutes: 120,
        escalateMinutes: 420, maximumHandOvers: 3)
}
