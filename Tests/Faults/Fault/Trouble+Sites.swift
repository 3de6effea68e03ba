import Chance
import Contracts
import Foundation
import KafkaClient
import TestSupport

/// Trouble at named places of the workers' code.
extension Trouble {
    /// How often each of the slots is to die in one run.
    private static let deaths = 12

    /// One death after the other in more than half of the slots, each at the next place.
    func killAtSites(_ random: inout SeededRandom) async throws {
        try await inParallel(installation.slots.shuffled(using: &random).prefix(5), &random) { slot, random in
            let sites = Sites.of(slot.program).shuffled(using: &random)
            for site in sites.prefix(Self.deaths) {
                try await self.pass(site, doing: "kill", slot, &random)
            }
        }
        let unlisted = installation.slots.flatMap { slot in
            Sites.unlisted(slot.page.passed, by: slot.program).map { "\($0) by \(slot.program)" }
        }
        guard unlisted.isEmpty else { throw HarnessFailure("Sites does not list \(Set(unlisted).sorted())") }
    }

    /// Makes a process pass a site where something is to be done, as `action` says it on its page.
    ///
    /// - Returns: whether it did before it took too long.
    @discardableResult
    func pass(
        _ site: String, doing action: String, _ slot: WorkerSlot, _ random: inout SeededRandom
    ) async throws -> Bool {
        let (rule, chance) = ("\(site)=\(action)", random.next())
        let milliseconds = Sites.consuming.contains(site) ? 7_000 : 2_000
        switch (site, slot.program) {
        case ("lane.resumed", _):
            // Who does not know what became of a COMMIT looks where its lane stands. Not every COMMIT is a lane's.
            let losses: [PostgresProxy.CommitLoss] = (0..<3).map { _ in random.below(2) == 0 ? .landed : .undone }
            await awaitReady(slot)
            for loss in losses {
                if try await arm(rule, in: slot, within: 1_500, { slot.proxy.lose(loss, countdown: 1) }) { return true }
            }
            return false
        case ("lane.adopted", _):
            // Everybody looks every few seconds, and who looks first takes what there is.
            return try await arm(rule, in: slot, within: 4_000, again: 250) { await leaveTail(chance) }
        case ("append.events-written", "tuesday-router"), ("append.notifications-written", "tuesday-router"):
            // Where every cadre is full nobody is given anything.
            return try await arm(rule, in: slot, within: 7_000, again: 2_000) { await makeRoom(chance) }
        case ("close.hours-taken", _), ("close.windows-written", _), ("lane.borrowed", "tuesday-stats"),
            ("lane.released", "tuesday-stats"):
            // The other copy may be the first.
            for _ in 0..<3 {
                if try await arm(rule, in: slot, within: 1_500, { await changeAnHour() }) { return true }
            }
            return false
        // Also when nothing follows for a second on what was published.
        case ("lane.before-position", "tuesday-stats"), ("lane.position-recorded", "tuesday-stats"):
            return try await arm(rule, in: slot, within: 7_000, again: 2_000) { await changeAnHour() }
        case ("lane.before-position", _), ("lane.position-recorded", _), ("lane.released", _):
            // In a graceful stop: who has nothing yet has nothing to leave in order.
            await awaitReady(slot)
            return try await arm(rule, in: slot, within: 3_000) { slot.signal(SIGTERM) }
        // Whoever has its partitions claims nothing, and who dies claims anew. Where all die anyway there are claims enough.
        case ("lane.claimed", _) where action != "kill":
            return try await arm(rule, in: slot, within: 9_000) { slot.signal(SIGKILL) }
        // Once in a life, when it is first needed.
        case ("lane.borrowed", _): return try await arm(rule, in: slot, within: 4_000) { slot.signal(SIGKILL) }
        case ("append.letters-written", _):
            // The other copy may have the partitions just now.
            return try await arm(rule, in: slot, within: milliseconds, again: 2_000) {
                await sendUnreadable(to: slot.program, chance)
            }
        case ("append.refusals-written", _):
            return try await arm(rule, in: slot, within: milliseconds, again: 2_000) { await sendRefusable(chance) }
        default: return try await arm("\(rule)@\(random.between(1, 2))", in: slot, within: milliseconds)
        }
    }

    /// Returns when its group has given it its partitions, or it takes too long.
    private func awaitReady(_ slot: WorkerSlot) async {
        // Then it is armed all the same, and does not count unless it dies there.
        try? await eventually("\(slot.name) is ready", within: .seconds(7)) { await HTTP.isReady(slot.adminPort) }
    }

    /// A lane that nobody holds, whose owner has published nothing of what it committed: as an operator's tool leaves one that
    /// died when it was about to repeat a request's events.
    private func leaveTail(_ chance: UInt64) async {
        // Where the database is away nobody looks.
        try? await installation.tell(
            """
            with request as (
                select id, last_seq
                from tuesday.request
                order by md5(id::text || '\(chance)')
                limit 1),
            lane as (
                insert into tuesday.lane (consumer_group, epoch, owner, lease_until, lane_seq)
                select 'faults/tail', 1, 'faults', '-infinity', r.last_seq
                from request r
                returning id)
            insert into tuesday.repetition (lane_id, lane_seq, at, request_id, event_count, because)
            select l.id, r.last_seq, clock.now(), r.id, r.last_seq, 'faults'
            from lane l
            cross join request r
            """)
    }

    /// Some residents withdraw what somebody owns: whoever waits for these cadres comes next.
    private func makeRoom(_ chance: UInt64) async {
        // Where the database is away nobody is given anything either: then the site is not passed, and not counted.
        guard let ids = try? await installation.texts(
            "select id::text from tuesday.request where state in (2, 3, 4) order by md5(id::text || '\(chance)') limit 8")
        else { return }
        let intakes = installation.slots(of: "tuesday-intake")
        await withTaskGroup(of: Void.self) { tasks in
            for (number, id) in ids.enumerated() {
                tasks.addTask { [self] in
                    await Clients.move(id, "withdraw", by: "resident", at: intakes[number % intakes.count].url, history)
                }
            }
        }
    }

    /// An hour of long ago, in which nothing was counted, is to be looked at again.
    private func changeAnHour() async {
        // Where the database is away nobody looks.
        try? await installation.tell(
            """
            insert into tuesday.changed_hour (county_id, hour, lane_id, settles_at)
            select id, date_trunc('hour', clock.now()) - interval '30 days', 0, clock.now() - interval '1 hour'
            from register.county
            on conflict do nothing
            """)
    }

    /// A record that cannot be read, on each partition.
    private func sendUnreadable(to program: String, _ chance: UInt64) async {
        guard let topic = ConsumerGroup(rawValue: program)?.topic else { return }
        let messages = (0..<Installation.partitions).map { partition in
            KafkaMessage(
                topic: topic.rawValue, partition: Int32(partition), key: Array("poison-\(chance % 1_000)".utf8),
                value: Array("{".utf8), headers: [])
        }
        // What is not delivered kills nobody.
        _ = try? await installation.producer.send(messages)
    }

    /// Submissions that a rule refuses.
    func sendRefusable(_ chance: UInt64) async {
        let sources = (0..<6).map { index in
            let source = "refused-\(chance)-\(index)"
            return (source, GatewaySubmission.message(source, body: index, village: GatewaySubmission.nowhere))
        }
        await GatewaySubmission.send(sources.map(\.1), of: sources, installation, history)
    }

    /// Returns when it was done, or, with false, when the time is over.
    ///
    /// - Parameters:
    ///   - text: one rule of the page.
    ///   - pause: after how many milliseconds it is provoked again; nil: it is provoked once.
    ///   - provoke: makes the process pass the site, where it would not by itself.
    @discardableResult
    func arm(
        _ text: String, in slot: WorkerSlot, within milliseconds: Int, again pause: Int? = nil,
        _ provoke: () async -> Void = {}
    ) async throws -> Bool {
        let before = slot.page.deeds.count
        // What others armed on this page may be done meanwhile.
        func isDone() -> Bool { Evidence.isDone(text, in: slot.page.deeds.dropFirst(before)) }
        slot.arm(text, planted: planted)
        await provoke()
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        var next = pause.map { ContinuousClock.now + .milliseconds($0) }
        while !isDone(), ContinuousClock.now < deadline {
            try await sleep(40)
            if let pause, let due = next, due < .now {
                await provoke()
                next = .now + .milliseconds(pause)
            }
        }
        return isDone()
    }

    /// The other copy of each goes on, and must take over, unless something else may keep it from that.
    func stopAtSites(expectingHeirs: Bool, _ random: inout SeededRandom) async throws {
        try await inParallel(oneOfEach(&random), &random) { slot, random in
            try await self.stopAtSite(slot, expectingHeirs: expectingHeirs, &random)
        }
    }

    private func stopAtSite(_ slot: WorkerSlot, expectingHeirs: Bool, _ random: inout SeededRandom) async throws {
        let site = random.below(2) == 0 ? "transaction.before-commit" : Sites.delicate[random.below(Sites.delicate.count)]
        let rest = Installation.sessionMilliseconds + random.between(200, 4_500)
        let process = slot.process
        let isStopped = try await arm("\(site)=stop@\(random.between(1, 3))", in: slot, within: 2_000)
        defer {
            slot.arm("", planted: planted)
            slot.signal(SIGCONT)
        }
        guard isStopped else { return }
        // Whoever is stopped with a lane's lock must not block the one that takes over.
        if expectingHeirs, site == "transaction.before-commit" {
            try await awaitHeirs(of: slot, which: "is stopped")
            cover("stop-at-site taken-over \(slot.program)")
        }
        try await sleep(rest)
        // Unless something else killed it, or let it continue.
        if process?.isStopped == true { cover("stop-at-site outlasted:\(site) \(slot.program)") }
    }
}
