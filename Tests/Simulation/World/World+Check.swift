import Contracts
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
        var named: [String: Int32] = [:]
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
            if (request.owner != nil) != (request.state == .assigned || request.state == .acknowledged) {
                violation("I4: request \(id) in state \(request.state) has owner \(request.owner.map { "\($0)" } ?? "none")")
            }
            if let owner = request.owner { owned[owner, default: 0] += 1 }
            var state = RequestState.waiting
            for event in request.events.dropFirst() {
                let isLegal = switch event.kind {
                case .received: false
                case .assigned, .waits: state == .waiting
                case .acknowledged: state == .assigned
                case .declined, .resolved: state == .assigned || state == .acknowledged
                case .withdrawn, .breached: state.isOpen
                }
                if !isLegal { violation("I3: request \(id) was \(event.kind) in state \(state)") }
                switch event.kind {
                case .received, .waits, .breached: break
                case .assigned: state = .assigned
                case .acknowledged: state = .acknowledged
                case .declined: state = .waiting
                case .resolved: state = .resolved
                case .withdrawn: state = .withdrawn
                }
            }
        }
        for (index, cadre) in database.tables.cadres.enumerated() {
            if cadre.most > cadre.capacity { violation("I4: cadre \(index) had \(cadre.most) of \(cadre.capacity)") }
            if cadre.open != owned[index] ?? 0 { violation("I4: cadre \(index) has load \(cadre.open) and \(owned[index] ?? 0) requests") }
        }
    }

    private func checkDeadlines() {
        for (id, deadline) in database.tables.deadlines {
            let told = database.tables.requests[id]?.events.count { $0.kind == .breached } ?? 0
            if deadline.firedAt.count > 1 || told != deadline.firedAt.count {
                violation("I5: the deadline of request \(id) fired \(deadline.firedAt.count) times and was told \(told) times")
            }
            if deadline.firedAt.contains(where: { $0 < deadline.dueAt }) { violation("I5: the deadline of request \(id) fired early") }
        }
    }

    private func checkFigures() {
        guard plan.groups.contains(.stats) else { return }
        var counted: [EventKind: Int] = [:]
        for (id, last) in database.tables.folded {
            for event in database.tables.requests[id]?.events.prefix(Int(last)) ?? [] { counted[event.kind, default: 0] += 1 }
        }
        for kind in EventKind.allCases where counted[kind] ?? 0 != database.tables.figures[kind] ?? 0 {
            violation("I6: \(kind) is counted \(database.tables.figures[kind] ?? 0) times and happened \(counted[kind] ?? 0) times")
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
