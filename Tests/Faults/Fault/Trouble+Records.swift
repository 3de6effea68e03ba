import Chance
import Contracts
import Domain
import Foundation
import KafkaClient
import PostgresClient
import TestSupport

/// Trouble with what is on the topics.
extension Trouble {
    /// Records that some handler cannot read, on both topics that workers read.
    func poison(_ random: inout SeededRandom) async throws {
        for _ in 0..<2 {
            let nobody = RequestID(UInt128(random.next()) << 64 | UInt128(random.next()))
            let key = "poison-\(random.below(1_000))"
            let type = EventType.allCases[random.below(EventType.allCases.count)]
            let records = PoisonRecord.submissions(key: key)
                + PoisonRecord.events(try await anEvent(), nobody, key: key, type: type)
            for record in records.shuffled(using: &random) {
                // What is not delivered is not there to be read.
                guard case .delivered? = try? await installation.producer.send([record.message]).first else { continue }
                cover("poison \(record.name) \(record.message.topic)")
                try await sleep(random.between(0, 30))
            }
        }
    }

    /// Every topic is empty; each lane that had read from one stands still and asks for an operator, who does what the
    /// runbook says.
    func replaceBrokers(_ fault: Fault) async throws {
        let isTakenForTheSame = fault == .topicRecreated
        // Who has read nothing yet misses nothing.
        try await eventually("every group that reads events has read some", within: .seconds(40)) {
            Set(try await LostLane.all(in: installation).map(\.group)).subtracting([ConsumerGroup.intake.rawValue]).count == 3
        }
        try await stopWorkers()
        let lost = try await LostLane.all(in: installation)
        guard let log = lost.first?.log else { throw HarnessFailure("no lane has read what is about to be lost") }
        try await installation.replaceBrokers(isTakenForTheSame: isTakenForTheSame)
        if isTakenForTheSame { try await awaitStop(of: lost) } else { try await awaitAlarms("tuesday topics rebuild") }
        if let moved = LostLane.moved(lost, now: try await LostLane.lanes(ofLog: log, in: installation)).first {
            throw ScenarioFailure(moved)
        }
        if let begun = try await LostLane.lanes(afterLog: log, in: installation).first {
            throw ScenarioFailure("I8: \(begun.group) began to read \(begun.topic) before it was rebuilt")
        }
        cover("\(fault.rawValue) - brokers")
        for (group, lanes) in Dictionary(grouping: lost, by: \.group) {
            cover("\(fault.rawValue) noticed \(group)", lanes.count)
        }
        if isTakenForTheSame {
            _ = try await installation.tuesday("lanes", "recover")
        } else {
            _ = try await installation.tuesday("topics", "rebuild")
        }
        try await sendLostAgain(fault)
    }

    /// Ends every worker, and what it had begun: no lane moves until the next ones are started.
    private func stopWorkers() async throws {
        for slot in installation.slots { slot.want(false) }
        for slot in installation.slots {
            try await eventually("\(slot.name) is gone", within: .seconds(20)) {
                slot.signal(SIGKILL)
                return !slot.isRunning
            }
        }
        try await eventually("PostgreSQL has ended what workers had begun", within: .seconds(20)) {
            try await installation.count(
                """
                select count(*)
                from pg_stat_activity
                where datname = current_database() and usename like 'tuesday\\_%'
                """) == 0
        }
    }

    /// One of the two copies has the lane, and says that it stopped.
    private func awaitStop(of lost: [LostLane]) async throws {
        for lane in lost {
            try await eventually("\(lane.group) stops at \(lane.topic) \(lane.partition)", within: .seconds(60)) {
                for slot in installation.slots(of: lane.group) {
                    guard let (isReady, text) = await HTTP.readiness(slot.adminPort), !isReady else { continue }
                    if text.contains(lane.complaint), text.contains("tuesday lanes recover") { return true }
                }
                return false
            }
        }
    }

    /// Nobody joins his group before the new log was filled.
    private func awaitAlarms(_ verb: String) async throws {
        for slot in installation.slots {
            try await eventually("\(slot.name) asks for `\(verb)`", within: .seconds(60)) {
                guard let (isReady, text) = await HTTP.readiness(slot.adminPort) else { return false }
                return !isReady && text.contains(verb)
            }
        }
    }

    /// One record on each topic of which every handler dies, until each group has set its own aside.
    func killHandlers(_ random: inout SeededRandom) async throws {
        for slot in installation.slots { slot.arm("deadly=\(History.deadly)", planted: planted) }
        let started = installation.slots.map(\.startedCount)
        let value = "\(History.deadly) \(random.next())"
        let messages = [Topic.requests, .submissions].map { topic in
            KafkaMessage(
                topic: topic.rawValue, partition: Int32(random.below(Installation.partitions)),
                key: Array("deadly-\(random.next())".utf8), value: Array(value.utf8),
                headers: [KafkaHeader("ce_type", "tuesday.request.received")])
        }
        for case .failed(let error) in try await installation.producer.send(messages) { throw error }
        let groups = """
            select distinct consumer_group
            from tuesday.dead_letter
            where reason = 'handler_crash' and value = '\(value)'::bytea
            """
        var setAside: [String] = []
        let everybody = ConsumerGroup.allCases.map(\.rawValue).sorted()
        try await eventually("all of \(everybody) set the deadly record aside, and not only \(setAside)", within: .seconds(280)) {
            // The database answers: nothing is wrong with it.
            setAside = try await installation.texts(groups).sorted()
            return setAside == everybody
        }
        for (slot, before) in zip(installation.slots, started) {
            cover("crash-loop deaths \(slot.program)", slot.startedCount - before)
        }
    }

    /// Records that some groups do not understand park requests; two operators let them go on at the same moment.
    func replayLetters(_ random: inout SeededRandom) async throws {
        _ = try await anEvent()
        let ids = try await installation.texts("select id::text from tuesday.request order by accepted_at desc limit 8")
        guard !ids.isEmpty else { throw HarnessFailure("there is no request to park") }
        // Of every other one only the type is foreign to them, or only the body.
        let parks = ids.enumerated().map { number, id in
            let (type, groups) = number % 2 == 0
                ? ("odd", [.router, .followup, .stats])
                : (EventType.resolved.word, PoisonRecord.readers(ofBroken: .resolved))
            return (
                count: groups.count,
                message: KafkaMessage(
                    topic: Topic.requests.rawValue, key: Array(id.utf8), value: [1],
                    headers: [KafkaHeader("ce_type", RequestEventRecord.typePrefix + type)] + Letters.headers(of: groups))
            )
        }
        let letters = parks.map(\.count).reduce(0, +)
        for case .failed(let error) in try await installation.producer.send(parks.map(\.message)) { throw error }
        let open = """
            select count(*)
            from tuesday.dead_letter
            where state = 'open' and request_id = any('{\(ids.joined(separator: ","))}'::uuid[])
            """
        try await eventually("\(letters) letters park \(ids.count) requests", within: .seconds(40)) {
            try await installation.count(open) == letters
        }
        try await sleep(random.between(200, 900))
        // Again only where something else is wrong as well: a replay that fails is repeated.
        try await eventually("two operators have replayed every letter", within: .seconds(30)) {
            async let one: Void = replayAll()
            async let other: Void = replayAll()
            _ = await (one, other)
            return try await installation.count(open) == 0
        }
        cover("letters-replayed - letters", letters)
    }

    /// Letters about no request stay, and make the tool fail.
    private func replayAll() async {
        _ = try? await installation.tuesday("deadletters", "replay", "--all", "--topic", Topic.requests.rawValue)
    }
}
