import Contracts
import Domain

/// What shows that a kind of trouble has met a working Tuesday.
extension Fault {
    /// How coverage begins where it was met, one way or another; none: there is nothing to be met.
    var metAs: [String] {
        switch self {
        case .none: []
        case .dropAtSite: Trouble.dropped.map { "drop-at-site \($0)" }
        case .reportsDropped: ["drop-at-site produce.before", "drop-at-site produce.reported"]
        case .stopAtEverySite: [Fault.stopAtSite.rawValue]
        case .loadsOutdated: ["delay-at-site route.placements-written"]
        default: [rawValue]
        }
    }

    /// How coverage begins where it counts what this kind does on its way, which is another one's evidence.
    private var countedBesides: [String] {
        switch self {
        // A worker looks where its lane stands only when one of its COMMITs was lost.
        case .killAtSite, .stopAtEverySite, .delayAtSite: [Fault.commitLanded.rawValue, Fault.commitUndone.rawValue]
        case .intakeGone: ["kill-at-site produce.before"]
        case .claimDelayed: ["delay-at-site lane.before-claim"]
        case .maxPollExceeded: ["delay-at-site consumer.before-poll"]
        case .laneHung, .timerRaces: ["delay-at-site records.read"]
        default: []
        }
    }

    /// Everything that coverage may count of it.
    var countedAs: [String] { metAs + countedBesides }

    /// Whether another kind may seem to have been met where only this one was.
    func showsAlso(_ other: Fault) -> Bool {
        countedAs.contains { mine in
            other.metAs.contains { theirs in "\(mine) ".hasPrefix("\(theirs) ") || "\(theirs) ".hasPrefix("\(mine) ") }
        }
    }
}

extension PoisonRecord {
    /// What coverage tells apart: every kind of record that is written to break somebody, with its topic.
    static let details: [String] = {
        // The names are the same whatever event is spoilt.
        let event = RequestEvent(
            request: RequestID(1), seq: 1, type: .received, at: Instant(microseconds: 0),
            place: .init(county: County.ID(1), town: Town.ID(1), village: Village.ID(1), service: Service.ID(1)),
            acceptedAt: Instant(microseconds: 0), actor: .system, state: .waiting)
        let message = RequestEventRecord.message(
            request: event.request, seq: event.seq, type: event.type, at: event.at, body: RequestEventRecord.body(of: event),
            laneSeq: 1)
        let records = submissions(key: "1") + events(message, event.request, key: "1", type: .received)
        return records.map { "\($0.name) \($0.message.topic)" }
    }()
}
