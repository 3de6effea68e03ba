import PostgresClient

/// Residents and cadres in real time, at a gentle rate, until cancelled. A simulated minute takes a second, so that a
/// visitor sees requests being worked on; deadlines stay those of the county's working hours.
struct LiveSimulation {
    let tuesday: LocalTuesday
    let clock: CountyClock
    let perMinute: Int
    let seed: UInt64
    let console: Console

    private struct Totals {
        var received = 0
        var assigned = 0
        var waiting = 0
        var resolved = 0
    }

    func run() async throws {
        let pool = try await tuesday.pool
        let surroundings = try await Surroundings.read(pool)
        let began = try await clock.now()
        let residents = Residents(
            seed: seed, run: "\(began)", villages: surroundings.villages, services: surroundings.services)
        let api = try CountyAPI(client: tuesday.client, url: await tuesday.url)
        let people = People(pool: pool, api: api, seed: seed, minute: 1_000_000)
        try await withThrowingTaskGroup { group in
            group.addTask { try await submit(residents, api, people) }
            group.addTask { try await act(people) }
            group.addTask { try await show(pool) }
            try await group.waitForAll()
        }
    }

    private func submit(_ residents: Residents, _ api: CountyAPI, _ people: People) async throws {
        let began = ContinuousClock.now
        var sent = 0
        while true {
            try await Task.sleep(for: .milliseconds(200))
            // Counted from the beginning, so that a slow answer does not lower the rate for good.
            let due = min(sent + 2_000, Int((ContinuousClock.now - began) / .seconds(60) * Double(perMinute)))
            guard due > sent else { continue }
            let sendings = try (sent..<due).map { try residents.sending($0) }
            sent = due
            do {
                _ = try await inParallel(sendings, width: 32) { sending in
                    if case .accepted(let id) = try await api.submit(sending) { people.remember(id, as: sending.number) }
                    if sending.isRepeated { _ = try await api.submit(sending) }
                }
            } catch { try tell(error) }
        }
    }

    private func act(_ people: People) async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            do { _ = try await people.act(at: try await clock.now()) } catch { try tell(error) }
        }
    }

    /// A worker that is being started again is no reason to stop the simulation.
    private func tell(_ error: any Error) throws {
        if error is CancellationError || Task.isCancelled { throw CancellationError() }
        console.warn("the simulation goes on in spite of: \(error)")
    }

    private func show(_ pool: PostgresPool) async throws {
        var last = try await totals(pool)
        while true {
            try await Task.sleep(for: .seconds(2))
            let now = try await totals(pool)
            console.progress(
                "received \(now.received) (\(Self.rate(now.received - last.received))/s)  "
                    + "assigned \(now.assigned) (\(Self.rate(now.assigned - last.assigned))/s)  waiting \(now.waiting)  "
                    + "resolved \(now.resolved) (\(Self.rate(now.resolved - last.resolved))/s)")
            last = now
        }
    }

    /// Of two seconds, with one decimal.
    private static func rate(_ count: Int) -> String { "\(count * 5 / 10).\(count * 5 % 10)" }

    private func totals(_ pool: PostgresPool) async throws -> Totals {
        let rows = try await pool.withConnection { connection in
            try await connection.query(
                """
                select coalesce(sum(s.received), 0)::bigint, coalesce(sum(s.assigned), 0)::bigint,
                    (select count(*) from tuesday.waiting), coalesce(sum(s.resolved), 0)::bigint
                from tuesday.statistic_village_hour s
                """)
        }
        return Totals(
            received: try rows[0].int(0), assigned: try rows[0].int(1), waiting: try rows[0].int(2),
            resolved: try rows[0].int(3))
    }
}
