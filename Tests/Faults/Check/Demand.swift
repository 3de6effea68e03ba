/// What an intake must do once nothing goes wrong any more: take a submission, show the request, and take a move on it.
///
/// An intake that hangs leaves a database that is idle and consistent: only who asks it can tell.
struct Demand {
    /// From the healing on; a machine that has other work to do needs some of it.
    static let patience: Duration = .seconds(60)

    let intake: String
    /// Where it is to be asked.
    let url: String
    /// What its submissions' keys begin with: nobody else's do.
    let key: String
    let history: History

    private enum Step {
        case submission
        case reading(String)
        case move(String)

        var words: String {
            switch self {
            case .submission: "taken a submission"
            case .reading: "shown a request that it had taken"
            case .move: "taken a move on a request that it had taken"
            }
        }
    }

    /// Asks until everything was done.
    ///
    /// - Returns: a sentence about what was not; nil when all was.
    func unmet(after limit: Duration = patience) async -> String? {
        let deadline = ContinuousClock.now + limit
        var (step, number) = (Step.submission, 1)
        var missing = step
        while ContinuousClock.now < deadline {
            switch step {
            case .submission:
                if let request = await submit("\(key)-\(number)", number) { step = .reading(request) } else { missing = step }
            case .reading(let request):
                if await API.shows(request, at: url) { step = .move(request) } else { missing = step }
            case .move(let request):
                let outcome = await Clients.move(request, "withdraw", by: "resident", at: url, history, isDemanded: true)
                if case .moved = outcome { return nil }
                missing = step
                // It may have been done without an answer, and is refused from then on: another request.
                number += 1
                step = .submission
            }
            try? await Task.sleep(for: .milliseconds(150))  // nobody cancels this
        }
        return "I8: \(limit.components.seconds) s after everything was healed \(intake) has not \(missing.words)"
    }

    /// - Parameter unanswered: the keys of submissions that residents have insisted on for as long.
    static func problems(_ unanswered: [String]) -> [String] {
        unanswered.prefix(3).map { key in
            "I8: \(patience.components.seconds) s after everything was healed no intake has answered the submission \(key)"
        }
    }

    /// The request that came of it; nil when it was not taken, or nothing tells.
    private func submit(_ key: String, _ body: Int) async -> String? {
        let entry = history.begin(.submit(key: key, body: body), isDemanded: true)
        let outcome = await API.submit(Clients.submission(body), key: key, to: url)
        history.end(entry, outcome)
        if case .request(let id) = outcome { return id }
        return nil
    }
}
