/// One of the figures, with the word for it in JSON and in PostgreSQL's columns.
public struct Measure: Sendable {
    public let word: String
    public let path: WritableKeyPath<Figures, Int64> & Sendable

    /// In the order of the tables' columns.
    public static let all = [
        Measure(word: "received", path: \.received),
        Measure(word: "assigned", path: \.assigned),
        Measure(word: "reassigned", path: \.reassigned),
        Measure(word: "acknowledged", path: \.acknowledged),
        Measure(word: "resolved", path: \.resolved),
        Measure(word: "resolved_outside", path: \.resolvedOutside),
        Measure(word: "declined", path: \.declined),
        Measure(word: "handed_over", path: \.handedOver),
        Measure(word: "confirmed", path: \.confirmed),
        Measure(word: "reopened", path: \.reopened),
        Measure(word: "withdrawn", path: \.withdrawn),
        Measure(word: "breached_acknowledge", path: \.breachedAcknowledge),
        Measure(word: "breached_resolve", path: \.breachedResolve),
        Measure(word: "escalated", path: \.escalated),
        Measure(word: "rated", path: \.rated),
        Measure(word: "rating_sum", path: \.ratingSum),
        Measure(word: "seconds_to_assign", path: \.secondsToAssign),
        Measure(word: "seconds_to_resolve", path: \.secondsToResolve),
        Measure(word: "waiting_routing", path: \.waiting.routing),
        Measure(word: "waiting_nobody_certified", path: \.waiting.nobodyCertified),
        Measure(word: "waiting_certificate_not_valid", path: \.waiting.certificateNotValid),
        Measure(word: "waiting_everyone_on_leave", path: \.waiting.everyoneOnLeave),
        Measure(word: "waiting_everyone_at_capacity", path: \.waiting.everyoneAtCapacity),
        Measure(word: "waiting_everyone_declined", path: \.waiting.everyoneDeclined),
    ]
}
