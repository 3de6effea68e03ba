/// What clients submitted by HTTP, held against the requests that came of it.
enum Submissions {
    struct Call {
        var key: String
        var body: Int
        var outcome: History.Outcome?
    }

    /// A request as it is in the database.
    struct Row {
        /// The client's key under which it was accepted; nil: none that a client used.
        var key: String?
        /// Which of the bodies it holds; nil: none of them.
        var body: Int?
    }

    /// - Parameter rows: by id the requests that came by HTTP.
    static func problems(_ calls: [Call], rows: [String: Row]) -> [String] {
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
        for id in told.subtracting(rows.keys).sorted() { found.append("I1: request \(id) was promised and does not exist") }
        if told.count != answered.count { found.append("I1: two keys were answered with one id") }
        for (id, row) in rows.sorted(by: { $0.key < $1.key }) {
            // A key that never got an answer may or may not have become a request.
            guard let key = row.key, let bodies = offered[key] else {
                found.append("I1: request \(id) came of no key that anybody used")
                continue
            }
            if let promised = answered[key], promised != id {
                found.append("I1: key \(key) was answered with \(promised), and made \(id)")
            }
            guard let body = row.body, accepted[key].map({ $0 == body }) ?? bodies.contains(body) else {
                found.append("I1: request \(id) does not hold what was submitted under \(key)")
                continue
            }
        }
        return found
    }
}
