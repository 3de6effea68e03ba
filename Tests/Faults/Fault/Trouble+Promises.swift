import Chance
import Contracts
import Domain
import Foundation
import KafkaClient
import PostgresClient
import TestSupport

/// Trouble that several people, or people and the clock, make of one request.
extension Trouble {
    private var intakes: [WorkerSlot] { installation.slots(of: "tuesday-intake") }

    /// Fifty clients send one submission at once, to every intake, and a few of them another one under the same key. It counts
    /// when one of them was taken, and, where there were others, one of those refused.
    func submitIdentical(_ random: inout SeededRandom) async throws {
        for burst in 0..<12 {
            let (key, body) = ("identical-\(random.next())", random.below(1_000))
            let others = Set((0..<random.below(6)).map { _ in random.between(1, 49) })
            let outcomes = await withTaskGroup(of: History.Outcome.self) { tasks in
                for number in 0..<50 {
                    tasks.addTask { [self] in
                        let body = others.contains(number) ? body + 1 : body
                        let entry = history.begin(.submit(key: key, body: body))
                        let outcome = await API.submit(
                            Clients.submission(body), key: key, to: intakes[(number + burst) % intakes.count])
                        history.end(entry, outcome)
                        return outcome
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            if Evidence.isDecided(outcomes, contents: others.isEmpty ? 1 : 2) {
                cover("identical \(others.isEmpty ? "one-content" : "two-contents") intakes")
            }
            try await sleep(random.between(20, 200))
        }
    }

    /// Four supervisors take each of some requests from its owner at once. It counts when one of them did, and another one had an
    /// answer as well.
    func handOverAtOnce(_ random: inout SeededRandom) async throws {
        let order = random.next()
        let ids = try await installation.texts(
            "select id::text from tuesday.request where state in (2, 3, 4) order by md5(id::text || '\(order)') limit 30")
        let answers = await withTaskGroup(of: (String, History.Outcome).self) { tasks in
            for id in ids {
                for number in 0..<4 {
                    tasks.addTask { [self] in
                        let intake = intakes[number % intakes.count].url
                        return (id, await Clients.move(id, "hand_over", by: "supervisor", at: intake, history))
                    }
                }
            }
            return await tasks.reduce(into: [String: [History.Outcome]]()) { $0[$1.0, default: []].append($1.1) }
        }
        cover("supervisors - requests", answers.values.count(where: Evidence.isContested))
    }

    /// Two hundred requests; residents withdraw them, and others, around the instant at which the promise to answer them is
    /// broken.
    func raceTimers(_ random: inout SeededRandom) async throws {
        let name = "timer-\(random.next())"
        let sources = (0..<200).map { number in
            ("\(name)-\(number)", GatewaySubmission.message("\(name)-\(number)", body: number))
        }
        await GatewaySubmission.send(sources.map(\.1), of: sources, installation, history)
        // Where something else is wrong, fewer must do.
        try? await eventually("requests have promises", within: .seconds(3)) {
            try await self.installation.count(
                """
                select count(*)
                from personal.submission s
                join tuesday.deadline d on d.request_id = s.request_id and d.kind = 2
                where s.source_id like '\(name)-%'
                """) == sources.count
        }
        let due = try await installation.ask { connection in
            try await connection.query(
                """
                select r.id::text, (extract(epoch from d.due_at - clock.now()) * 1000)::bigint
                from tuesday.deadline d
                join tuesday.request r on r.id = d.request_id
                where r.state <= 4 and d.kind = 2 and d.epoch = r.timer_epoch
                  and d.due_at between clock.now() + interval '6 seconds' and clock.now() + interval '125 seconds'
                order by r.id
                limit 250
                """
            ).map { (try $0.string(0), Int(try $0.int64(1)) / FaultCounty.clockRate) }
        }
        // Follow-ups hear late of what is closed: the guard alone keeps them from firing on it.
        let followUps = installation.slots(of: "tuesday-followup")
        let delaying = Task { [self] in
            while !Task.isCancelled {
                for slot in followUps { slot.arm("records.read=delay~400", planted: planted) }
                try await sleep(450)
            }
        }
        defer { delaying.cancel() }
        await withTaskGroup(of: Void.self) { tasks in
            for (id, milliseconds) in due {
                // Deadlines are looked for several times a second.
                let instant = max(0, milliseconds + random.between(-600, 200))
                let slot = intakes[random.below(intakes.count)]
                tasks.addTask { [self] in
                    try? await sleep(instant)  // nobody cancels this
                    await Clients.move(id, "withdraw", by: "resident", at: slot.url, history)
                }
            }
        }
        let ids = due.map(\.0).joined(separator: ",")
        // Who closes long before raced with nobody.
        let near = "and w.at > d.due_at - interval '\(FaultCounty.clockRate * 400) milliseconds'"
        for (order, condition) in [("timer-first", "is not null"), ("close-first", "is null \(near)")] {
            cover(
                "close-against-timer \(order) requests",
                try await installation.count(
                    """
                    select count(*)
                    from tuesday.event w
                    join tuesday.request r on r.id = w.request_id
                    join tuesday.deadline d on d.request_id = r.id and d.kind = 2 and d.epoch = r.timer_epoch
                    left join tuesday.event b
                        on b.request_id = w.request_id and b.type = \(EventType.breached.rawValue) and b.seq < w.seq
                    where w.request_id = any('{\(ids)}'::uuid[]) and w.type = \(EventType.withdrawn.rawValue)
                      and b.seq \(condition)
                    """))
        }
    }

    /// Many requests with their promises, nobody who follows them up, and an hour that passes at once.
    func breakPromises(_ random: inout SeededRandom) async throws {
        // Until then nothing falls due, and everybody keeps up: brokers in memory drop what is more than they hold.
        try await installation.tell(Witness.stopClock)
        let name = "overdue-\(random.next())"
        for start in stride(from: 0, to: overdue, by: 2_000) {
            let sources = (start..<min(overdue, start + 2_000)).map { number in
                ("\(name)-\(number)", GatewaySubmission.message("\(name)-\(number)", body: number))
            }
            await GatewaySubmission.send(sources.map(\.1), of: sources, installation, history)
            try await awaitApplied(to: try await installation.topics.ends(), "what brought \(start + sources.count) promises")
        }
        let promised = """
            select count(distinct request_id)
            from tuesday.deadline
            join personal.submission using (request_id)
            where source_id like '\(name)-%'
            """
        try await eventually("\(overdue) requests have promises", within: .seconds(60)) {
            try await installation.count(promised) == overdue
        }
        let followUps = installation.slots(of: "tuesday-followup")
        for slot in followUps {
            slot.want(false)
            slot.signal(SIGKILL)
        }
        defer { for slot in followUps { slot.want(true) } }
        try await installation.tell(
            """
            update clock.virtual
            set now_at = clock.now() + interval '1 hour', set_at = clock_timestamp(), rate = \(FaultCounty.clockRate)
            """)
        let late = "select count(*) from tuesday.deadline where next_at <= clock.now() - interval '20 seconds'"
        let count = try await installation.count(late)
        guard count >= overdue else { throw HarnessFailure("only \(count) promises of \(overdue) are overdue") }
        cover("overdue-timers - deadlines", count)
        for slot in followUps { slot.want(true) }
        try await eventually("nothing is overdue any more", within: .seconds(60 + overdue / 100)) {
            try await installation.count(late) == 0
        }
    }
}
