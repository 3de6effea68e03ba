import TestSupport

/// Operators whose tools die in the midst of what they do, or do not hear what became of it. Somebody is to do the same again.
extension Trouble {
    /// Runs a verb that is killed when it comes by a site. It counts when it died there.
    func killTool(_ verb: String, _ arguments: [String], at site: String) async {
        // Where something else is wrong, it may not come so far.
        if (try? await installation.tuesday(arguments, dyingAt: site)) == true { cover("tool-killed \(site) \(verb)") }
    }

    /// Runs a verb that loses the answer to a COMMIT, or the COMMIT itself. It counts when it waited for the answer in vain.
    ///
    /// - Parameters:
    ///   - commits: which of the verb's COMMITs is lost: in turn each of so many.
    ///   - again: does the same again, while a COMMIT that comes late may still be under way.
    func confuseTool(
        _ verb: String, _ arguments: [String], commits: Int = 1, turn: UInt64, _ again: () async throws -> Void = {}
    ) async throws {
        // A way of its own: the harness relies on the one that it has itself.
        let proxy = try PostgresProxy(upstream: await installation.server.socket)
        defer { proxy.close() }
        let kinds = PostgresProxy.CommitLoss.allCases
        proxy.lose(
            kinds[Int(turn % UInt64(kinds.count))], countdown: Int(turn % UInt64(commits)) + 1, lateMilliseconds: 1_500)
        var environment = installation.toolEnvironment
        environment["PGHOST"] = proxy.directory
        // It may fail: then nobody knows what it did.
        _ = try? await Programs.outcome(of: "tuesday", arguments, environment: environment)
        try await again()
        // What became of the COMMIT is known a little later; nothing is, where there was none.
        try? await eventually("a COMMIT of \(verb) is lost", within: .seconds(3)) { !proxy.losses.isEmpty }
        for loss in proxy.losses { cover("tool-unanswered \(loss.hasLanded ? "landed" : "undone") \(verb)") }
    }

    /// Runs a verb to its end, as its runbook says.
    ///
    /// - Parameter isAlone: nothing else may make it fail; otherwise it is repeated until it succeeds.
    func operate(_ arguments: [String], isAlone: Bool) async throws {
        if isAlone {
            _ = try await installation.tuesday(arguments)
        } else {
            try await eventually("`tuesday \(arguments.joined(separator: " "))` succeeds", within: .seconds(90)) {
                (try? await installation.tuesday(arguments)) != nil
            }
        }
    }
}
