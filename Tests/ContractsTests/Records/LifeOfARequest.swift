import Contracts
import Domain

/// One event of every type, as the golden examples hold them.
enum LifeOfARequest {
    static let request = RequestID("018f3c1e-7a10-7cc3-98c4-dc0c0c07398f")!
    static let events: [RequestEvent] = [
        event(1, .received, "01:00:00", .resident, .waiting, 0) {
            $0.reason = .routing
            $0.priority = 3
        },
        event(2, .waiting, "01:00:00.250", .system, .waiting, 0) {
            $0.reason = .everyoneAtCapacity
            $0.previousReason = .routing
        },
        event(3, .assigned, "01:00:01.000456", .system, .assigned, 1, cadre: 17) { $0.previousReason = .everyoneAtCapacity },
        event(4, .acknowledged, "01:30:00", .cadre(Cadre.ID(17)), .acknowledged, 1, cadre: 17),
        event(5, .started, "02:00:00", .cadre(Cadre.ID(17)), .started, 1, cadre: 17),
        event(6, .breached, "09:00:00", .system, .started, 1, cadre: 17) {
            $0.deadline = .resolve
            $0.dueAt = time("08:59:59")
        },
        event(7, .escalated, "10:00:00", .system, .started, 1, cadre: 17) { $0.deadline = .resolve },
        event(8, .handedOver, "10:00:01", .supervisor, .waiting, 1, cadre: 17) { $0.reason = .routing },
        event(9, .declined, "10:10:00", .cadre(Cadre.ID(18)), .waiting, 2, cadre: 18) { $0.reason = .routing },
        event(10, .resolved, "11:00:00", .supervisor, .resolved, 2) {
            $0.previousReason = .routing
            $0.isOutside = true
        },
        event(11, .reopened, "12:00:00", .resident, .waiting, 2) { $0.reason = .routing },
        event(12, .confirmed, "13:00:00", .resident, .confirmed, 3),
        event(13, .rated, "13:01:00", .resident, .confirmed, 3) { $0.rating = 5 },
        event(14, .withdrawn, "14:00:00", .resident, .withdrawn, 3, cadre: 19),
    ]

    private static func time(_ ofDay: String) -> Instant {
        ISO8601.parse("2026-11-24T\(ofDay)Z".utf8)!
    }

    private static func event(
        _ seq: Int32, _ type: EventType, _ at: String, _ actor: Actor, _ state: RequestState, _ assignment: Int32,
        cadre: Int32? = nil, _ more: (inout RequestEvent) -> Void = { _ in }
    ) -> RequestEvent {
        var event = RequestEvent(
            request: request, seq: seq, type: type, at: time(at),
            place: .init(county: .init(1), town: .init(12), village: .init(345), service: .init(7)),
            acceptedAt: time("01:00:00"), actor: actor, state: state, assignment: assignment,
            cadre: cadre.map { Cadre.ID($0) })
        more(&event)
        return event
    }
}
