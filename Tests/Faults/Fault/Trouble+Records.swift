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
                + PoisonRecord.events(try await anEvent(chance: random.next()), nobody, key: key, type: type)
            for record in records.shuffled(using: &random) {
                let pause = random.between(0, 30)
                // What is not delivered is not there to be read.
                guard case .delivered? = try? await installation.producer.send([record.message]).first else { continue }
                cover("poison \(record.name) \(record.message.topic)")
                try await sleep(pause)
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
        try await deliver(messages)
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

    /// Records that some groups do not understand park requests. An operator's tool that replays the letters is killed
    /// meanwhile, and one that discards them; then two operators settle all letters at the same moment, while the tool of a
    /// third one does not hear what became of a COMMIT. Any of these tools may find that the others have left it nothing to do.
    ///
    /// - Parameter isAlone: nothing else may keep the groups from their records. A storm of rebalances with workers that
    ///   are killed besides was seen to keep one for 55 s.
    func replayLetters(turn: UInt64, isAlone: Bool, _ random: inout SeededRandom) async throws {
        _ = try await anEvent(chance: random.next())
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
        try await deliver(parks.map(\.message))
        let open = """
            from tuesday.dead_letter
            where state = 'open' and request_id = any('{\(ids.joined(separator: ","))}'::uuid[])
            """
        // A record that was sent again may be there twice, and makes as many letters.
        try await eventually("\(letters) letters park \(ids.count) requests", within: .seconds(isAlone ? 40 : 120)) {
            try await installation.count("select count(distinct (consumer_group, request_id)) \(open)") == letters
        }
        try await sleep(random.between(200, 900))
        for (verb, words) in [Self.replay, Self.discard] { await killTool(verb, words, at: Sites.ofTool(verb, turn: turn)) }
        let (confused, other) = (turn / 3 % 2 == 0 ? Self.replay : Self.discard, turn % 2 == 0 ? Self.replay : Self.discard)
        async let unheard: Void = confuseTool(confused.verb, confused.words, turn: turn)
        // Again only where something else is wrong as well: what fails is repeated.
        try await eventually("two operators have settled every letter", within: .seconds(isAlone ? 30 : 90)) {
            async let one: Void = settleAll(Self.replay.words)
            async let two: Void = settleAll(other.words)
            _ = await (one, two)
            return try await installation.count("select count(*) \(open)") == 0
        }
        try await unheard
        cover("letters-replayed - letters", letters)
    }

    /// Letters about no request cannot be replayed, and make the tool fail.
    private func settleAll(_ words: [String]) async { _ = try? await installation.tuesday(words) }

    private static let replay = (
        verb: "deadletters-replay", words: ["deadletters", "replay", "--all", "--topic", Topic.requests.rawValue]
    )
    private static let discard = (
        verb: "deadletters-discard",
        words: [
            "deadletters", "discard", "--all", "--topic", Topic.requests.rawValue, "--yes", "--because", "nobody asked for it",
        ]
    )
}
