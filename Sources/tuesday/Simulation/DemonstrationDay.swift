import PostgresClient
import Store

/// One Tuesday of the demonstration county at full speed: residents submit from eight to five, cadres work until six.
///
/// The virtual clock moves in steps of a quarter of an hour, and only when the workers have done what the last step asked
/// of them: found owners, and fired the deadlines that had come.
struct DemonstrationDay {
    let tuesday: LocalTuesday
    let clock: CountyClock
    /// Eight o'clock, microseconds since 1970.
    let morning: Int64
    let requests: Int
    let seed: UInt64
    let console: Console

    private static let stepMinutes = 15
    /// Steps in which residents submit, and steps in all.
    private static let (submitting, working) = (36, 40)
    private static let minute: Int64 = 60_000_000

    func live(began: ContinuousClock.Instant) async throws -> DayBooks {
        let pool = try await tuesday.pool
        let surroundings = try await Surroundings.read(pool)
        let residents = Residents(
            seed: seed, run: "\(morning)", villages: surroundings.villages, services: surroundings.services)
        let api = try CountyAPI(client: tuesday.client, url: await tuesday.url)
        let people = People(pool: pool, api: api, seed: seed, minute: Self.minute)
        let facts = DayFacts(pool: pool, morning: morning)
        var books = DayBooks()
        for step in 0..<Self.working {
            let now = morning + Int64(step * Self.stepMinutes) * Self.minute
            try await clock.advance(to: now)
            let from = requests * min(step, Self.submitting) / Self.submitting
            let until = requests * min(step + 1, Self.submitting) / Self.submitting
            try await submit(from..<until, residents, api, people, &books)
            try await settle(facts)
            _ = try await people.act(at: now)
            try await settle(facts)
            let time = 8 * 60 + step * Self.stepMinutes
            let clockFace = "\(time / 60):\(time % 60 == 0 ? "00" : "\(time % 60)")"
            console.progress("\(clockFace)  \(books.submitted) of \(requests) submitted, \(books.accepted) accepted")
        }
        console.say("The day is over; waiting for the books")
        books.unfinished = try await finish(facts)
        try await facts.fill(&books, tuesday.admin)
        books.unfinished += try await Verification(pool: pool).violations { console.progress("checking that \($0)") }
        books.seconds = (ContinuousClock.now - began) / .seconds(1)
        return books
    }

    private func submit(
        _ numbers: Range<Int>, _ residents: Residents, _ api: CountyAPI, _ people: People, _ books: inout DayBooks
    ) async throws {
        let sendings = try numbers.map { try residents.sending($0) }
        let answers = try await inParallel(sendings, width: 64) { sending in
            let first = try await api.submit(sending)
            return (sending, first, sending.isRepeated ? try await api.submit(sending) : nil)
        }
        for (sending, first, second) in answers {
            books.submitted += 1
            switch first {
            case .accepted(let id), .repeated(let id):
                // Repeated at the first sending: the answer to an earlier attempt was lost on its way.
                books.accepted += 1
                people.remember(id, as: sending.number)
                if sending.isInvalid { books.wrongAnswers += 1 }
                if case .repeated(let again)? = second, again == id {
                    books.repeated += 1
                } else if second != nil {
                    books.duplicates += 1
                }
            case .refused(let status):
                books.refused += 1
                if !sending.isInvalid || !(400..<500).contains(status) { books.wrongAnswers += 1 }
            }
        }
    }

    /// Until every request has an owner or a typed reason and no deadline is due.
    private func settle(_ facts: DayFacts) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            let (undecided, due) = try await facts.undone()
            if undecided == 0, due == 0 { return }
            guard ContinuousClock.now < deadline else {
                throw CommandFailure(
                    "the workers stand still: after 120 s \(undecided) requests have neither owner nor reason, and \(due) "
                        + "deadlines are due; see \(tuesday.local.logs)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Until everything is counted, published and read; what is not after two minutes, in words.
    private func finish(_ facts: DayFacts) async throws -> [String] {
        let deadline = ContinuousClock.now + .seconds(120)
        let admin = await tuesday.admin
        while true {
            let unfinished = try await facts.unfinished(admin)
            if unfinished.isEmpty || ContinuousClock.now > deadline { return unfinished }
            console.progress(unfinished.joined(separator: ", "))
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
