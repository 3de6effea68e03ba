import Contracts
import Domain
import KafkaClient
import PostgresClient
import Store

/// Judges a whole history against the invariants: what clients were told, what the database holds, what is on the topics.
///
/// It fetches; what it fetched is judged by values that know neither database nor brokers.
struct Checker {
    let installation: Installation
    let history: History
    /// Nothing has gone wrong in the installation yet.
    let isCalm: Bool
    /// Everything that was on the log has had its effects, and everything that was committed is on it. Otherwise it is judged
    /// by what holds at every moment, and nothing is missed.
    let isDone: Bool
    /// What the harness did not read of the topics and has told of before.
    var known: Set<Unread> = []
    /// Brokers were made to drop what they had: nobody can read it.
    var mayBeGone = false
    /// How many sentences of one kind are enough.
    private static let limit = 8

    /// Sentences, each with the invariant it breaks; empty when all is well.
    ///
    /// - Throws: what the harness lacked, when nothing was found before.
    func violations() async throws -> [String] {
        let outcomes = history.entries.map(\.outcome)
        return try await Self.collected(
            [
                { Self.limited(try await submissions()) },
                { Self.limited(try await moves()) },
                { SentAway.problems(outcomes) + Acknowledgements.problems(outcomes) },
                { Self.limited(try await order()) },
                { Self.shortened(try await publications()) },
                { Self.limited(try await lives()) },
                { Self.limited(try await promises()) },
                { Self.limited(try await announcements()) },
                { Self.limited(try await witnesses()) },
                { try await rules() },
                { try await recomputed() },
                { Self.limited(try await input()) },
            ]
        ) { await Blame.sentence($0, in: installation) }
    }

    /// What all parts find. What one of them cannot read is found out about Tuesday, and keeps no other from being judged;
    /// what the harness lacks, all of them lack, and what was found before is told all the same.
    ///
    /// - Parameter blame: what is told of that.
    /// - Throws: what the harness lacked, when nothing was found out about Tuesday before.
    static func collected(
        _ parts: [() async throws -> [String]], blame: (any Error) async -> String
    ) async throws -> [String] {
        var found: [String] = []
        for part in parts {
            do { found += try await part() } catch {
                // The parts ask no brokers: whether these have ended is no matter here.
                let sentence = Blame.sentence(error, during: nil, lastWords: nil)
                if Run.Outcome.isOfHarness(sentence) {
                    if found.allSatisfy(Run.Outcome.isOfHarness) { throw error }
                    return found + [await blame(error)]
                }
                found.append(sentence)
            }
        }
        return found
    }

    /// What the harness missed itself must not crowd out what Tuesday broke.
    static func shortened(_ found: [String]) -> [String] {
        let own = found.filter(Run.Outcome.isOfHarness)
        return limited(found.filter { !Run.Outcome.isOfHarness($0) }) + limited(own)
    }

    /// The first sentences of one kind, the last of which tells how many more there are.
    private static func limited(_ found: [String]) -> [String] {
        guard found.count > limit else { return found }
        return found.prefix(limit - 1) + ["\(found[limit - 1]); and \(found.count - limit) more like these"]
    }

    // MARK: what Tuesday checks itself

    private func rules() async throws -> [String] {
        let marks = isDone ? ReadMarks(publishedBy: try await LaneReader(pool: installation.pool).lanes()) : nil
        // What gateways may send and nobody can read stays a dead letter, and is judged with the input.
        return try await Verification(pool: installation.pool).violations(marks)
            .filter { !$0.hasPrefix("no dead letter is open: ") }
            .map { "I2-I8: \($0)" }
    }

    private func recomputed() async throws -> [String] {
        try await StatisticsRecompute(pool: installation.pool).recompute()
            .map { "I6: \($0.table) \($0.key): \($0.measure) is \($0.incremental), the events say \($0.recomputed)" }
    }

    // MARK: I1

    private func submissions() async throws -> [String] {
        let calls = history.entries.compactMap { entry -> Submissions.Call? in
            guard case .submit(let key, let body) = entry.call else { return nil }
            return Submissions.Call(key: key, body: body, outcome: entry.outcome)
        }
        let rows = try await rows(of: "http")
        var keys: [UInt128: String] = [:]
        var bodies: [SubmissionContents: Int] = [:]
        for key in Set(calls.map(\.key)) { keys[Self.identity(ofKey: key)] = key }
        for body in Set(calls.map(\.body)) {
            if let contents = SubmissionContents(Clients.submission(body)) { bodies[contents] = body }
        }
        var found = Submissions.problems(
            calls,
            rows: Dictionary(
                rows.map { row in
                    (row.request, Submissions.Row(key: row.identity.flatMap { keys[$0] }, body: bodies[row.contents]))
                }
            ) { first, _ in first })
        if Set(rows.map(\.request)).count != rows.count { found.append("I1: a request came of two submissions") }
        found += try await texts(
            """
            select format('I1: request %s has a submission, and does not exist', s.request_id)
            from personal.submission s
            where not exists (select from tuesday.request r where r.id = s.request_id)
            """)
        found += Arrivals.problems(
            history.sentByTopic,
            requests: try await self.rows(of: "gateway").map { Arrivals.Row(source: $0.source, contents: $0.contents) },
            refused: try await texts("select source_id from tuesday.refusal where source_id is not null"), isDone: isDone)
        return found
    }

    /// What became of the submissions of one channel.
    private func rows(
        of channel: String
    ) async throws -> [(request: String, identity: UInt128?, source: String, contents: SubmissionContents)] {
        try await installation.ask { connection in
            try await connection.query(
                """
                select s.request_id::text, k.key, coalesce(s.source_id, ''), coalesce(v.code, ''), coalesce(t.code, ''),
                    s.subject, s.description, s.name
                from personal.submission s
                left join tuesday.idempotency_key k on k.request_id = s.request_id
                left join tuesday.request r on r.id = s.request_id
                left join register.village v on v.id = r.village_id
                left join register.service t on t.id = r.service_id
                where s.channel = $1
                """, [.text(channel)]
            ).map { row in
                (
                    try row.string(0), try row.optionalUUID(1), try row.string(2),
                    SubmissionContents(
                        village: try row.string(3), service: try row.string(4), subject: try row.string(5),
                        description: try row.string(6), name: try row.optionalString(7))
                )
            }
        }
    }

    private static func identity(ofKey key: String) -> UInt128 {
        // A submission that has a key has an identity.
        SubmissionIdentity.key(
            of: Submission(channel: "http", idempotencyKey: key, village: "", service: "", subject: "", description: ""))!
    }

    private func moves() async throws -> [String] {
        var calls: [Int: Moves.Call] = [:]
        for (number, entry) in history.entries.enumerated() {
            guard case .move(let request, let move, _, let after) = entry.call else { continue }
            calls[number] = Moves.Call(request: request, move: move, after: after, outcome: entry.outcome)
        }
        let types = Moves.types.values.map { "\($0.rawValue)" }.sorted().joined(separator: ",")
        let events = try await installation.ask { connection in
            try await connection.query(
                PostgresStatement(
                    unprepared: """
                        select coalesce(e.request_id, n.request_id)::text, coalesce(e.seq, n.seq)::bigint,
                            coalesce(e.type, 0::smallint), n.text
                        from (
                            select q.request_id, q.seq, q.type
                            from tuesday.event q
                            where q.type in (\(types)) and q.body::jsonb ->> 'actor' <> '\(Actor.system.word)') e
                        full join personal.note n on n.request_id = e.request_id and n.seq = e.seq
                        """)
            ).map {
                Moves.Event(
                    request: try $0.string(0), seq: Int(try $0.int64(1)), type: try $0.int16(2),
                    mark: try $0.optionalString(3))
            }
        }
        return Moves.problems(calls, events)
    }

    // MARK: I3

    private func lives() async throws -> [String] {
        let rows = try await installation.ask { connection in
            try await connection.query("select request_id::text, seq, type from tuesday.event order by request_id, seq").map {
                (try $0.string(0), try $0.int32(1), try $0.int16(2))
            }
        }
        var found: [String] = []
        var request = ""
        var life = RequestPath()
        for (id, seq, type) in rows {
            if id != request { (request, life) = (id, RequestPath()) }
            if let problem = life.add(seq: seq, type: type) { found.append("I3: request \(id) \(problem)") }
        }
        return found
    }

    // MARK: I4 and I7

    private func witnesses() async throws -> [String] {
        var found = LaneWrites.problems(try await Witness.laneWrites(installation)).map { "I7: \($0)" }
        found += try await texts(Witness.overloads).map { "I4: \($0)" }
        for slot in installation.slots { found += slot.crashes.map { "\(slot.name) crashed by itself: \($0)" } }
        return found
    }

    // MARK: I8

    private func input() async throws -> [String] {
        var found = try await texts(
            """
            select format('I8: group %s set aside %s/%s offset %s: %s (%s)', consumer_group, source_topic, source_partition,
                source_offset, reason, detail)
            from tuesday.dead_letter
            where reason not in ('malformed', 'unknown_type')
              and not (reason = 'handler_crash' and position('\(History.deadly)'::bytea in value) > 0)
            """)
        guard isDone else { return found }
        found += try await letters()
        // Whoever is parked at the end would be excused from everything that is asked of the others.
        found += try await texts(
            """
            select format('I8: %s still leaves request %s alone', p.consumer_group, p.request_id)
            from tuesday.parked p
            join tuesday.request r on r.id = p.request_id
            """)
        return found
    }

    /// Every record that cannot be read is a dead letter of every group that reads its topic, once and as it stood; nothing
    /// else is.
    private func letters() async throws -> [String] {
        var found: [String] = []
        let unread = await installation.topics.unread
        for group in ConsumerGroup.allCases {
            let letters = try await installation.ask { connection in
                try await connection.query(
                    """
                    select source_partition, source_offset, key, value, headers
                    from tuesday.dead_letter
                    where consumer_group = $1 and source_topic = $2
                    """, [.text(group.rawValue), .text(group.topic.rawValue)]
                ).map { row in
                    let headers = DeadLetterRecord.headers(json: try row.utf8(4)).map { "\($0.name): \($0.value)" }
                    return (
                        Letters.Place(partition: try row.int32(0), offset: try row.int64(1)),
                        Letters.Contents(
                            key: try row.optionalBytes(2), value: try row.optionalBytes(3), headers: headers)
                    )
                }
            }
            // An object without any member can be read, and is refused by the rules.
            let refused =
                group != .intake
                ? []
                : try await installation.ask { connection in
                    try await connection.query(
                        "select source_partition, source_offset from tuesday.refusal where source_id is null"
                    ).map { Letters.Place(partition: try $0.int32(0), offset: try $0.int64(1)) }
                }
            found += Letters.problems(
                group.rawValue, records: await installation.topics.strange[group.topic] ?? [:], letters: letters,
                refused: refused,
                unread: { place in
                    let partition = KafkaPartition(topic: group.topic.rawValue, partition: place.partition)
                    return unread.contains { $0.partition == partition && $0.hole.offsets.contains(place.offset) }
                })
        }
        return found
    }

    func texts(_ sql: String) async throws -> [String] { try await installation.texts(sql) }
}
