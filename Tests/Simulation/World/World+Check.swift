import Contracts
import Domain
import Workflow

/// The judgement over a whole run.
extension World {
    func check() {
        checkSubmissions()
        checkMoves()
        checkPublished()
        checkRequests()
        checkDeadlines()
        checkFigures()
        checkInput()
    }

    private func checkSubmissions() {
        var named: [String: RequestID] = [:]
        for entry in history.submits {
            let submission = entry.submission
            switch entry.answer {
            case .accepted(let id), .repeated(let id):
                if let before = named.updateValue(id, forKey: submission.key), before != id {
                    violation("I1: key \(submission.key) was answered with the ids \(before) and \(id)")
                }
                if database.tables.requests[id]?.key != submission.key {
                    violation("I1: key \(submission.key) was answered with id \(id), which is not its request")
                }
            case .conflict:
                if database.tables.keys[submission.key]?.body == submission.body {
                    violation("I1: key \(submission.key) was refused its own content")
                }
            case nil: break
            }
        }
        let wanted = Set(history.submits.map(\.submission.key) + history.sentByTopic.map(\.key))
        let got = database.tables.requests.values.map(\.key)
        for key in wanted where got.count(where: { $0 == key }) != 1 {
            violation("I1: key \(key) has \(got.count { $0 == key }) requests")
        }
        if got.count != wanted.count { violation("I1: \(wanted.count) keys became \(got.count) requests") }
    }

    private func checkMoves() {
        var happened: [Int32: Int] = [:]
        for event in database.tables.requests.values.flatMap(\.events) where event.cause > 0 {
            happened[event.cause, default: 0] += 1
        }
        for entry in history.moves {
            let count = happened[entry.call.cause] ?? 0
            let isRight = switch entry.answer {
            case .done: count == 1
            case .refused: count == 0
            case nil: count <= 1
            }
            if !isRight {
                violation("I1: move \(entry.call.cause) was answered \(entry.answer.map { "\($0)" } ?? "not at all") and happened \(count) times")
            }
        }
    }

    private func checkPublished() {
        var topics: [Topic: Set<String>] = kafka.others
        topics[.requests] = kafka.published
        var committed: [Topic: Set<String>] = [:]
        for lane in database.tables.lanes.values {
            if lane.messages.map(\.laneSeq) != Array(1..<lane.laneSeq + 1) {
                violation("I2: lane \(lane.id) has the messages \(lane.messages.map(\.laneSeq)) and says \(lane.laneSeq)")
            }
            for message in lane.messages { committed[message.topic, default: []].insert(message.headers[0].value) }
        }
        for topic in [Topic.requests, .notifications, .deadLetters] {
            let (rows, records) = (committed[topic] ?? [], topics[topic] ?? [])
            for lost in rows.subtracting(records).sorted().prefix(2) { violation("I2: \(topic) never got \(lost)") }
            for phantom in records.subtracting(rows).sorted().prefix(2) {
                violation("I2: \(topic) has \(phantom), which was never committed")
            }
        }
    }

    private func checkRequests() {
        var owned: [Int: Int] = [:]
        for (id, request) in database.tables.requests {
            if request.events.map(\.seq) != Array(1..<request.lastSeq + 1) {
                violation("I3: request \(id) has the events \(request.events.map(\.seq))")
            }
            let status = request.status
            if (status.owner != nil) != status.state.hasOwner {
                violation("I4: request \(id) in state \(status.state) has owner \(status.owner.map { "\($0)" } ?? "none")")
            }
            if let owner = status.owner { owned[Int(owner.rawValue), default: 0] += 1 }
            var state = RequestState.waiting
            for event in request.events.dropFirst() {
                let isLegal = switch event.type {
                case .received, .rated: false
                case .assigned, .waiting: state == .waiting
                case .acknowledged: state == .assigned
                case .started: state == .assigned || state == .acknowledged
                case .declined: state == .assigned || state == .acknowledged
                case .resolved, .handedOver: state.hasOwner
                case .confirmed: state == .resolved
                case .reopened: state == .resolved || state == .confirmed
                case .withdrawn, .breached, .escalated: state.isOpen
                }
                if !isLegal { violation("I3: request \(id) was \(event.type) in state \(state)") }
                switch event.type {
                case .received, .rated, .breached, .escalated: break
                case .waiting, .declined, .handedOver, .reopened: state = .waiting
                case .assigned: state = .assigned
                case .acknowledged: state = .acknowledged
                case .started: state = .started
                case .resolved: state = .resolved
                case .confirmed: state = .confirmed
                case .withdrawn: state = .withdrawn
                }
            }
            if state != status.state { violation("I3: request \(id) is \(status.state), and its events say \(state)") }
        }
        for (index, cadre) in database.tables.cadres.enumerated() {
            if cadre.most > cadre.capacity { violation("I4: cadre \(index) had \(cadre.most) of \(cadre.capacity)") }
            if cadre.open != owned[index] ?? 0 { violation("I4: cadre \(index) has load \(cadre.open) and \(owned[index] ?? 0) requests") }
        }
    }

    private func checkDeadlines() {
        var fired: [RequestID: [EventType: Int]] = [:]
        for (promise, row) in database.tables.deadlines {
            var former = -1 as Int16
            for firing in row.firings {
                if firing.stage.rawValue <= former { violation("I5: \(promise) fired its stage \(firing.stage) again") }
                former = firing.stage.rawValue
                if let at = row.deadline.instant(of: firing.stage), firing.at < at {
                    violation("I5: \(promise) fired its stage \(firing.stage) early")
                }
                for outcome in firing.outcomes {
                    switch outcome {
                    case .breach: fired[promise.request, default: [:]][.breached, default: 0] += 1
                    case .handOver: fired[promise.request, default: [:]][.handedOver, default: 0] += 1
                    case .escalate: fired[promise.request, default: [:]][.escalated, default: 0] += 1
                    case .obsolete, .remind: break
                    }
                }
            }
            if row.firings.count(where: { $0.outcomes.contains(.breach) }) > 1 { violation("I5: \(promise) was broken twice") }
        }
        for (id, request) in database.tables.requests {
            for type in [EventType.breached, .handedOver, .escalated] {
                let told = request.events.count { $0.type == type }
                let happened = fired[id]?[type] ?? 0
                if told != happened { violation("I5: request \(id) was \(type) \(told) times, and its deadlines say \(happened)") }
            }
        }
    }

    private func checkFigures() {
        guard plan.groups.contains(.stats) else { return }
        var counted: [EventType: Int] = [:]
        for (id, last) in database.tables.folded {
            for event in database.tables.requests[id]?.events.prefix(Int(last)) ?? [] { counted[event.type, default: 0] += 1 }
        }
        for type in EventType.allCases where counted[type] ?? 0 != database.tables.figures[type] ?? 0 {
            violation("I6: \(type) is counted \(database.tables.figures[type] ?? 0) times and happened \(counted[type] ?? 0) times")
        }
    }

    /// A lane whose topic was made anew, with the very record at the place of its anchor that it had applied there before:
    /// it cannot know, and goes on. As with a lane that has no anchor it is left to who made the topic anew to say so.
    func noteLookalike(of lane: Tables.Lane) {
        guard let key = lane.consumer, let anchor = lane.anchor else { return }
        let log = kafka.log(topic(of: key), key.partition)
        guard anchor.offset >= log.low, anchor.offset < log.high else { return }
        let record = log.records[Int(anchor.offset)]
        guard record.identity == anchor.identity,
            database.tables.applied[key]?.contains(Tables.RecordPlace(record)) != true
        else { return }
        if lookalikes.insert(key).inserted { isToldOfLoss = true }
    }

    /// Applied, set aside and still to come together are what was there.
    private func checkInput() {
        for key in plan.consumers {
            if let row = database.tables.laneOf[key].flatMap({ database.tables.lanes[$0] }) { noteLookalike(of: row) }
            guard !lookalikes.contains(key) else { continue }
            let log = kafka.log(topic(of: key), key.partition)
            let applied = database.tables.applied[key] ?? []
            let next = database.tables.laneOf[key].map { database.tables.lanes[$0]!.nextOffset } ?? 0
            let passed = log.low..<max(log.low, next)
            let anchors = database.tables.appliedAnchors[key] ?? []
            let missing = passed.filter { offset in
                let record = log.records[Int(offset)]
                // The same record at the same offset of a topic made anew has had its effect, and nobody can tell it apart.
                return !applied.contains(Tables.RecordPlace(record))
                    && !anchors.contains(LaneAnchor(offset: offset, identity: record.identity))
            }
            if !missing.isEmpty { violation("I8: \(key.group) \(key.partition) never applied \(missing)") }
            let unreadable = passed.filter { offset in
                let record = log.records[Int(offset)]
                return key.group == Group.intake.rawValue ? Submission(record) == nil : Event(record) == nil
            }
            let letters = Set(
                database.tables.deadLetters.filter { $0.group == key.group && $0.partition == key.partition }.map(\.place))
            for offset in unreadable where !letters.contains(Tables.RecordPlace(log.records[Int(offset)])) {
                violation("I8: \(key.group) \(key.partition) has no dead letter for the unreadable record \(offset)")
            }
        }
    }
}
