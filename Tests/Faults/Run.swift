import Chance
import Foundation
import PostgresClient
import TestSupport

/// One seed: load, trouble, healing, the wait until everything is done, and the judgement.
struct Run {
    struct Outcome: Sendable {
        var plan: RunPlan
        var violations: [String] = []
        var requests = 0
        var events = 0
        var calls = 0
        var unknown = 0
        var repeated = 0
        var quietMilliseconds = 0
        var checkMilliseconds = 0
        var totalMilliseconds = 0
        /// How often what went wrong where.
        var coverage: [String: Int] = [:]
        /// The folder of what is kept of it.
        var evidence: String?

        /// What Tuesday broke; trouble of the harness itself, or of the brokers, proves nothing.
        var breaches: [String] { violations.filter { !Self.isOfHarness($0) } }

        static func isOfHarness(_ sentence: String) -> Bool { sentence.hasPrefix("the harness:") }

        /// Everything that went wrong, and first what Tuesday broke.
        var sentences: [String] {
            var sentences = breaches + violations.filter(Self.isOfHarness)
            // Second, so that it is seen where only the beginning is told.
            if let evidence { sentences.insert("what is left of it is in \(evidence)", at: min(1, sentences.count)) }
            return sentences
        }

        /// Nothing was found out about Tuesday.
        var isUndecided: Bool { !violations.isEmpty && breaches.isEmpty }

        /// The kinds of what went wrong.
        var kinds: [String] { plan.acts.isEmpty ? [Fault.none.rawValue] : Set(plan.acts.map(\.fault.rawValue)).sorted() }
    }

    /// How long after the healing, and after anything of it was done, everything must be done.
    static let patience: Duration = .seconds(75)

    let installation: Installation
    let trouble: Trouble
    let history: History
    let plan: RunPlan
    /// What the harness had not read of the topics when the run began, and has told of.
    private let unreadBefore: Set<Unread>

    init(installation: Installation, trouble: Trouble, history: History, plan: RunPlan) async {
        self.installation = installation
        self.trouble = trouble
        self.history = history
        self.plan = plan
        unreadBefore = Set(await installation.topics.unread)
    }

    func perform() async throws -> Outcome {
        let began = ContinuousClock.now
        var outcome = Outcome(plan: plan)
        let (firstEntry, seenBefore) = (history.entries.count, await installation.topics.count(on: .requests))
        let repeatedBefore = await installation.topics.repeated(on: .requests)
        try await installation.tell(Witness.resumeClock)
        let clients = Clients(installation, history, seed: plan.seed)
        let working = Task { await clients.run(plan) }
        // Whatever ends it: nobody goes on for ever.
        defer { clients.insist(until: .now) }
        let (acting, load) = (actAll(), Task { try? await Task.sleep(for: .milliseconds(plan.loadMilliseconds)) })
        _ = await load.value
        if plan.acts.contains(where: \.fault.isLong) { clients.stop() }
        outcome.violations += await acting.value
        clients.stop()
        var settled = ContinuousClock.now
        do {
            try await settle(clients, working, &outcome)
            settled = .now
            try await installation.topics.awaitRead(to: try await installation.topics.ends())
            outcome.violations += try await violations(isDone: true)
        } catch {
            outcome.violations.append(await Blame.sentence(error, in: installation))
            settled = .now
            outcome.violations += await judgeUndone(clients, working)
        }
        // Only told: who cannot count has found something out all the same.
        outcome.requests = (try? await installation.count("select count(*) from tuesday.request")) ?? 0
        outcome.events = (try? await installation.count("select count(*) from tuesday.event")) ?? 0
        outcome.calls = history.entries.count
        outcome.unknown = history.entries.count { $0.outcome == .unknown }
        outcome.repeated = await installation.topics.repeated(on: .requests) - repeatedBefore
        if outcome.repeated == 0, outcome.kinds == [Fault.unacknowledged.rawValue] {
            outcome.violations.append("the harness: no acknowledgement was late enough for an event to be written twice")
        }
        let published = await installation.topics.count(on: .requests) - seenBefore
        let activity = history.activity(since: firstEntry, published: published)
        if outcome.violations.isEmpty, let unpublished = activity.unpublished {
            let isWhole = Unread.news(await installation.topics.unread, known: unreadBefore).isEmpty
            outcome.violations.append(isWhole ? unpublished : "the harness: did not read all of the topics; \(unpublished)")
        }
        if outcome.violations.isEmpty, let shortfall = activity.shortfall(plan) {
            outcome.violations.append("the harness: \(shortfall)")
        }
        outcome.checkMilliseconds = Int((ContinuousClock.now - settled) / .milliseconds(1))
        trouble.forgive()
        outcome.totalMilliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
        return outcome
    }

    /// Heals everything, and waits until everybody has had an answer and nothing is left to do.
    private func settle(_ clients: Clients, _ working: Task<[String], Never>, _ outcome: inout Outcome) async throws {
        try await trouble.heal()
        try await installation.tell(Witness.stopClock)
        let healed = ContinuousClock.now
        clients.insist(until: healed + Demand.patience)
        async let unmet = demand()
        let unanswered = await working.value
        var found = await unmet + Demand.problems(unanswered)
        if let left = try await awaitQuiet(from: healed) {
            let waited = ContinuousClock.now - healed
            found.append("I8: \(waited.components.seconds) s after everything was healed \(left)")
        }
        outcome.violations += found
        outcome.quietMilliseconds = Int((ContinuousClock.now - healed) / .milliseconds(1))
        outcome.violations += trouble.returned.map { "the harness: \($0) came back" }
        if plan.acts.contains(where: { $0.fault == .redelivery }), outcome.violations.isEmpty {
            outcome.violations += try await repeatEverything()
        }
    }

    /// What intakes that are there do not do.
    private func demand() async -> [String] {
        let away = trouble.away
        return await withTaskGroup(of: String?.self) { tasks in
            for slot in installation.slots(of: "tuesday-intake") where !away.contains(slot.name) {
                let demand = Demand(
                    intake: slot.name, url: slot.url, key: "s\(plan.seed)-asks-\(slot.name)", history: history)
                tasks.addTask { await demand.unmet() }
            }
            return await tasks.reduce(into: [String]()) { found, problem in if let problem { found.append(problem) } }
        }
    }

    private func violations(isDone: Bool) async throws -> [String] {
        try await Checker(
            installation: installation, history: history, isCalm: trouble.coverage.isEmpty, isDone: isDone,
            known: unreadBefore, mayBeGone: plan.acts.contains { $0.fault == .truncated }
        ).violations()
    }

    /// What was broken off is judged by what holds at every moment, once nobody is at work any more.
    private func judgeUndone(_ clients: Clients, _ working: Task<[String], Never>) async -> [String] {
        clients.insist(until: .now)
        _ = await working.value
        do {
            try await trouble.stopWorkers()
            return try await violations(isDone: false)
        } catch { return ["the harness: what was broken off cannot be judged: \(error)"] }
    }

    /// What was read once and has its effects is read again: nothing of them changes.
    private func repeatEverything() async throws -> [String] {
        let before = try await Effects.digests(installation)
        var random = SeededRandom(seed: plan.seed)
        try await trouble.redeliver(&random)
        if let left = try await awaitQuiet(from: .now) { return ["I2: after a redelivery \(left)"] }
        let after = try await Effects.digests(installation)
        return before.keys.filter { before[$0] != after[$0] }.sorted().map { "I2: a redelivery changed \($0)" }
    }

    /// Ends when the last act has; what an act finds wrong is a violation.
    private func actAll() -> Task<[String], Never> {
        Task {
            await withTaskGroup(of: String?.self) { tasks in
                for act in plan.acts {
                    tasks.addTask {
                        do {
                            try await Task.sleep(for: .milliseconds(act.atMilliseconds))
                            try await trouble.act(act, isAlone: plan.acts.count == 1)
                            return nil
                        } catch { return await Blame.sentence(error, during: act.fault, in: installation) }
                    }
                }
                var found: [String] = []
                for await problem in tasks { if let problem { found.append(problem) } }
                return found
            }
        }
    }

    /// What is left to do at the end; nil when nothing is.
    private func awaitQuiet(from healed: ContinuousClock.Instant) async throws -> String? {
        var sentence: String?
        var calm = 0
        var patience = Patience(Self.patience, from: healed)
        while ContinuousClock.now < patience.deadline {
            try Blame.requireBrokers(in: installation)
            var left: Quiet.Left?
            do {
                left = try await Quiet.unfinished(installation)
                sentence = left?.sentence
            } catch let failure as HarnessFailure {
                throw failure
            } catch {
                sentence = "the database or the brokers do not answer: \(error)"
            }
            // Twice in a row: what one worker leaves may be what another one begins with.
            calm = sentence == nil ? calm + 1 : 0
            if calm == 2 { return nil }
            // Brokers that have ended have nothing left to answer; that is noticed above.
            let ordered = (try? await trouble.orders.settle(in: installation)) ?? 0
            patience.look(left, isHealed: ordered == 0, at: .now)
            try await Task.sleep(for: .milliseconds(150))
        }
        try Blame.requireBrokers(in: installation)
        return sentence ?? "it was not quiet for long"
    }
}
