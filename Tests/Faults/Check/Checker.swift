import Contracts
import Domain
import KafkaClient
import PostgresClient
import Store

/// Judges a whole history against the invariants: what clients were told, what the database holds, what is on the topics.
struct Checker {
    let installation: Installation
    let history: History

    /// Sentences, each with the invariant it breaks; empty when all is well.
    func violations() async throws -> [String] {
        var found: [String] = []
        found += try await submissions()
        found += try await moves()
        found += try await publications()
        found += try await lives()
        found += try await witnesses()
        found += try await Verification(pool: installation.pool).violations()
            .filter { !$0.hasPrefix("no dead letter is open") && !$0.hasPrefix("no request is parked") }
            .map { "I2-I8: \($0)" }
        found += try await StatisticsRecompute(pool: installation.pool).recompute()
            .map { "I6: \($0.table) \($0.key): \($0.measure) is \($0.incremental), the events say \($0.recomputed)" }
        found += try await input()
        return found
    }

    // MARK: I1

    private func submissions() async throws -> [String] {
        var found: [String] = []
        var answered: [String: String] = [:]
        var bodies: [String: Int] = [:]
        var keys: Set<String> = []
        let entries = history.entries
        for entry in entries {
            guard case .submit(let key, let body) = entry.call else { continue }
            keys.insert(key)
            guard case .request(let id)? = entry.outcome else { continue }
            if let before = answered.updateValue(id, forKey: key), before != id {
                found.append("I1: key \(key) was answered with the ids \(before) and \(id)")
            }
            if let before = bodies.updateValue(body, forKey: key), before != body {
                found.append("I1: key \(key) was accepted with two contents")
            }
        }
        for entry in entries {
            if case .submit(let key, let body) = entry.call, entry.outcome == .refused(422), bodies[key] == body {
                found.append("I1: key \(key) was refused its own content")
            }
        }
        let rows = Set(try await texts("select request_id::text from personal.submission where channel = 'http'"))
        let told = Set(answered.values)
        for id in told.subtracting(rows).sorted().prefix(5) {
            found.append("I1: request \(id) was promised and does not exist")
        }
        if Set(answered.values).count != answered.count { found.append("I1: two keys were answered with one id") }
        // A key that never got an answer may or may not have become a request.
        let unanswered = keys.count - answered.count
        let unexpected = rows.subtracting(told)
        if unexpected.count > unanswered {
            found.append(
                "I1: \(unexpected.count) requests belong to nobody's answer, and only \(unanswered) keys have none: "
                    + "\(unexpected.sorted().prefix(3))")
        }
        for line in try await texts(
            """
            select format('I1: %s requests came of source id %s', count(*), source_id)
            from personal.submission
            where channel = 'gateway'
            group by source_id
            having count(*) > 1
            """)
        { found.append(line) }
        let arrived = try await installation.arrivedByTopic()
        for (source, isCertain) in history.sentByTopic.sorted(by: { $0.key < $1.key })
        where isCertain && !arrived.contains(source) {
            found.append("I1: submission \(source) is on the topic, and neither a request nor refused")
        }
        return found
    }

    private func moves() async throws -> [String] {
        var found: [String] = []
        var told: [String: String] = [:]
        for entry in history.entries {
            guard case .move(let request, let move, _) = entry.call, case .moved(let seq)? = entry.outcome else { continue }
            if told.updateValue(move, forKey: "\(request)-\(seq)") != nil {
                found.append("I1: event \(seq) of request \(request) was two moves' answer")
            }
        }
        let types = try await installation.pool.withConnection { connection in
            try await connection.query("select request_id::text || '-' || seq, type from tuesday.event").map {
                (try $0.string(0), try $0.int16(1))
            }
        }
        let happened = Dictionary(types) { first, _ in first }
        let expected: [String: EventType] = [
            "acknowledge": .acknowledged, "start": .started, "resolve": .resolved, "decline": .declined,
            "hand_over": .handedOver, "confirm": .confirmed, "reopen": .reopened, "withdraw": .withdrawn, "rate": .rated,
        ]
        for (identity, move) in told where happened[identity] != expected[move]?.rawValue {
            let type = happened[identity].map { "\($0)" } ?? "nothing"
            found.append("I1: \(move) was answered with event \(identity), which is of type \(type)")
        }
        return found
    }

    // MARK: I2

    private func publications() async throws -> [String] {
        var found: [String] = []
        for topic in [Topic.requests, .notifications, .deadLetters] {
            let seen = await installation.topics.seen[topic] ?? [:]
            let rows = try await committed(topic)
            for (identity, body) in rows where seen[identity] == nil {
                _ = body
                found.append("I2: \(topic.rawValue) never got \(identity)")
            }
            for (identity, record) in seen {
                if !record.isUnanimous { found.append("I2: \(topic.rawValue) holds \(identity) with two values") }
                guard let body = rows[identity] else {
                    found.append("I2: \(topic.rawValue) holds \(identity), which was never committed")
                    continue
                }
                if let body, body != record.value { found.append("I2: the value of \(identity) is not its row's") }
            }
        }
        return Array(found.sorted().prefix(8))
    }

    /// By identity the bytes that were committed; nil where the row does not hold them as they travel.
    private func committed(_ topic: Topic) async throws -> [String: [UInt8]?] {
        let sql =
            switch topic {
            case .requests: "select request_id::text || '-' || seq, body from tuesday.event"
            case .notifications: "select lane_id || '-' || lane_seq, body from tuesday.notification"
            default:
                """
                select concat_ws('/', consumer_group, source_topic, source_partition, source_offset), null
                from tuesday.dead_letter
                """
            }
        return try await installation.pool.withConnection { connection in
            var rows: [String: [UInt8]?] = [:]
            for row in try await connection.query(PostgresStatement(unprepared: sql)) {
                rows[try row.string(0)] = .some(try row.optionalString(1).map { Array($0.utf8) })
            }
            return rows
        }
    }

    // MARK: I3, I5

    private func lives() async throws -> [String] {
        let rows = try await installation.pool.withConnection { connection in
            try await connection.query("select request_id::text, seq, type from tuesday.event order by request_id, seq").map {
                (try $0.string(0), try $0.int32(1), try $0.int16(2))
            }
        }
        var found: [String] = []
        var request = ""
        var life = Life()
        for (id, seq, type) in rows {
            if id != request { (request, life) = (id, Life()) }
            if let problem = life.add(seq, type) { found.append("I3: request \(id) \(problem)") }
        }
        found += try await texts(
            """
            select format('I5: request %s was told %s times of %s', request_id, count(*), template)
            from tuesday.notification
            where template like 'remind_%' or template like 'breached_%'
            group by request_id, template, body
            having count(*) > 1
            limit 5
            """)
        return Array(found.prefix(8))
    }

    // MARK: I4, I7, and one lock order

    private func witnesses() async throws -> [String] {
        var found = try await texts(Witness.strangers).map { "I7: \($0)" }
        found += try await texts(Witness.overloads).map { "I4: \($0)" }
        // A full disk is PostgreSQL's own reason to give up.
        found += installation.server.complaints(["deadlock detected", "PANIC"])
            .filter { !$0.contains("No space left on device") }
            .prefix(3).map { "one lock order: \($0)" }
        for slot in installation.slots { found += slot.crashes.map { "\(slot.name) crashed by itself: \($0)" } }
        return found
    }

    // MARK: I8

    /// Every record that cannot be read is a dead letter of every group that reads its topic, once; nothing else is.
    private func input() async throws -> [String] {
        var found: [String] = []
        for group in ConsumerGroup.allCases {
            let strange = await installation.topics.strange[group.topic] ?? 0
            let letters = try await installation.count(
                "select count(*) from tuesday.dead_letter where consumer_group = '\(group.rawValue)'")
            // An object without any member can be read, and is refused by the rules.
            let refused = "select count(*) from tuesday.refusal where source_id is null"
            let refusals = group == .intake ? try await installation.count(refused) : 0
            if letters + refusals != strange {
                found.append(
                    "I8: \(group.rawValue) read \(strange) foreign records; \(letters) are dead letters, \(refusals) are refused")
            }
        }
        found += try await texts(
            """
            select format('I8: group %s set aside %s/%s offset %s: %s (%s)', consumer_group, source_topic, source_partition,
                source_offset, reason, detail)
            from tuesday.dead_letter
            where reason not in ('malformed', 'unknown_type')
              and not (reason = 'handler_crash' and position('\(History.deadly)'::bytea in value) > 0)
            limit 5
            """)
        return found
    }

    private func texts(_ sql: String) async throws -> [String] { try await installation.texts(sql) }
}
