/// What clients submitted by HTTP, held against the requests that came of it.
enum Submissions {
    struct Call {
        var key: String
        var body: Int
        var outcome: History.Outcome?
    }

    /// - Parameter rows: ids of the requests that came by HTTP.
    static func problems(_ calls: [Call], rows: Set<String>) -> [String] {
        var found: [String] = []
        var answered: [String: String] = [:]
        var accepted: [String: Int] = [:]
        var offered: [String: Set<Int>] = [:]
        for call in calls {
            offered[call.key, default: []].insert(call.body)
            guard case .request(let id)? = call.outcome else { continue }
            if let before = answered.updateValue(id, forKey: call.key), before != id {
                found.append("I1: key \(call.key) was answered with the ids \(before) and \(id)")
            }
            if let before = accepted.updateValue(call.body, forKey: call.key), before != call.body {
                found.append("I1: key \(call.key) was accepted with two contents")
            }
        }
        for call in calls {
            guard case .refused(let status)? = call.outcome else { continue }
            if accepted[call.key] == call.body { found.append("I1: key \(call.key) was refused its own content") }
            // Nothing that is submitted breaks a rule, but a key that has another content.
            if status != 422 || offered[call.key, default: []].count < 2 {
                found.append("I1: key \(call.key) was refused with \(status), and breaks no rule")
            }
        }
        let told = Set(answered.values)
        for id in told.subtracting(rows).sorted().prefix(5) {
            found.append("I1: request \(id) was promised and does not exist")
        }
        if told.count != answered.count { found.append("I1: two keys were answered with one id") }
        // A key that never got an answer may or may not have become a request.
        let unanswered = offered.count - answered.count
        let unexpected = rows.subtracting(told)
        if unexpected.count > unanswered {
            found.append(
                "I1: \(unexpected.count) requests belong to nobody's answer, and only \(unanswered) keys have none: "
                    + "\(unexpected.sorted().prefix(3))")
        }
        return found
    }
}
