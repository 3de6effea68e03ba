import Domain

/// One column of the figures' tables.
struct Measure: Sendable {
    let column: String
    let path: WritableKeyPath<Figures, Int64> & Sendable

    /// In the order of the tables' columns.
    static let all = [
        Measure(column: "received", path: \.received),
        Measure(column: "assigned", path: \.assigned),
        Measure(column: "reassigned", path: \.reassigned),
        Measure(column: "acknowledged", path: \.acknowledged),
        Measure(column: "resolved", path: \.resolved),
        Measure(column: "resolved_outside", path: \.resolvedOutside),
        Measure(column: "declined", path: \.declined),
        Measure(column: "handed_over", path: \.handedOver),
        Measure(column: "confirmed", path: \.confirmed),
        Measure(column: "reopened", path: \.reopened),
        Measure(column: "withdrawn", path: \.withdrawn),
        Measure(column: "breached_acknowledge", path: \.breachedAcknowledge),
        Measure(column: "breached_resolve", path: \.breachedResolve),
        Measure(column: "escalated", path: \.escalated),
        Measure(column: "rated", path: \.rated),
        Measure(column: "rating_sum", path: \.ratingSum),
        Measure(column: "seconds_to_assign", path: \.secondsToAssign),
        Measure(column: "seconds_to_resolve", path: \.secondsToResolve),
        Measure(column: "waiting_routing", path: \.waiting.routing),
        Measure(column: "waiting_nobody_certified", path: \.waiting.nobodyCertified),
        Measure(column: "waiting_certificate_not_valid", path: \.waiting.certificateNotValid),
        Measure(column: "waiting_everyone_on_leave", path: \.waiting.everyoneOnLeave),
        Measure(column: "waiting_everyone_at_capacity", path: \.waiting.everyoneAtCapacity),
        Measure(column: "waiting_everyone_declined", path: \.waiting.everyoneDeclined),
    ]

    static let columns = all.map(\.column).joined(separator: ", ")
}
