import Chance
import Contracts
import Domain
import Foundation
import KafkaClient
import Synchronization
import TestSupport

/// Residents, cadres and gateways under load: they go on while things break, and insist on an answer afterwards.
final class Clients: Sendable {
    private let installation: Installation
    private let history: History
    private let prefix: String
    private let seed: UInt64
    private let isOver = Mutex(false)
    /// Until when residents insist on an answer; nil: for as long as it takes.
    private let end = Mutex<ContinuousClock.Instant?>(nil)
    private let unanswered = Mutex<Set<String>>([])

    init(_ installation: Installation, _ history: History, seed: UInt64) {
        self.installation = installation
        self.history = history
        self.seed = seed
        prefix = "s\(seed)"
    }

    /// No new work from now on; what was begun is finished.
    func stop() { isOver.withLock { $0 = true } }

    /// What has no answer by then never gets one.
    func insist(until deadline: ContinuousClock.Instant) { end.withLock { $0 = deadline } }

    /// Returns when everybody has had an answer, or the time for it is over.
    ///
    /// - Returns: the keys of submissions that got none.
    func run(_ plan: RunPlan) async -> [String] {
        await withTaskGroup(of: Void.self) { tasks in
            for number in plan.numbers(of: .resident) { tasks.addTask { await self.resident(number) } }
            let cadres = plan.numbers(of: .cadre)
            for number in cadres { tasks.addTask { await self.cadre(number, insists: number == cadres.first) } }
            for number in plan.numbers(of: .gateway) { tasks.addTask { await self.gateway(number, plan) } }
        }
        return unanswered.withLock { $0.sorted() }
    }

    private var goesOn: Bool { !isOver.withLock { $0 } }
    private var intakes: [WorkerSlot] { installation.slots(of: "tuesday-intake") }

    // MARK: residents

    private func resident(_ number: Int) async {
        var random = SeededRandom(seed: seed &* 1_000 &+ UInt64(number))
        var index = 0
        while goesOn {
            index += 1
            let key = "\(prefix)-r\(number)-\(index)"
            let body = random.below(1_000)
            if random.below(12) == 0 {
                // The same at once and to everybody; some with another content.
                await withTaskGroup(of: Void.self) { tasks in
                    for twin in 0..<random.between(2, 8) {
                        let other = twin > 0 && random.below(4) == 0 ? body + 1 : body
                        let start = random.below(2)
                        tasks.addTask { await self.insist(key, other, from: start) }
                    }
                }
            } else {
                await insist(key, body, from: random.below(2))
            }
            try? await Task.sleep(for: .milliseconds(random.between(5, 120)))  // nobody cancels this
        }
    }

    /// Sends until there is an answer, to one intake after the other.
    private func insist(_ key: String, _ body: Int, from first: Int) async {
        var slot = first
        while end.withLock({ $0.map { ContinuousClock.now < $0 } ?? true }) {
            let entry = history.begin(.submit(key: key, body: body))
            let outcome = await API.submit(Self.submission(body), key: key, to: intakes[slot % intakes.count])
            history.end(entry, outcome)
            if outcome != .unknown, outcome != .overloaded { return }
            slot += 1
            try? await Task.sleep(for: .milliseconds(150))  // nobody cancels this
        }
        unanswered.withLock { _ = $0.insert(key) }
    }

    static func submission(_ body: Int) -> [UInt8] {
        let village = GatewaySubmission.village(body)
        let service = FaultCounty.county.services[body % 3 == 0 ? 1 : 0]
        let (subject, description) = ("诉求\(body)", "第\(body)件")
        return Array(
            """
            {"village":"\(village)","service":"\(service)","subject":"\(subject)","description":"\(description)","name":"张三"}
            """.utf8)
    }

    // MARK: cadres, residents and supervisors who act on requests

    /// - Parameter insists: for a while, on one move that is accepted.
    private func cadre(_ number: Int, insists: Bool) async {
        var random = SeededRandom(seed: seed &* 7_919 &+ UInt64(number))
        var hasMoved = !insists
        var deadline: ContinuousClock.Instant?
        while true {
            if !goesOn {
                let end = deadline ?? .now + .seconds(20)
                deadline = end
                if hasMoved || ContinuousClock.now > end { return }
            }
            guard let id = history.known(&random), let (state, owner, seq) = await present(id) else {
                try? await Task.sleep(for: .milliseconds(60))  // nobody cancels this
                continue
            }
            let (move, actor) = Self.wish(state, owner, &random)
            let slot = random.below(intakes.count)
            // Others take the request as they find it.
            let after = random.below(2) == 0 ? seq : nil
            // Two supervisors who have the same idea.
            let count = move == "hand_over" ? 2 : 1
            let isDone = await withTaskGroup(of: Bool.self) { tasks in
                for _ in 0..<count { tasks.addTask { await self.act(id, move, actor, after: after, from: slot) } }
                return await tasks.reduce(false) { $0 || $1 }
            }
            if isDone { hasMoved = true }
            try? await Task.sleep(for: .milliseconds(random.between(5, 80)))  // nobody cancels this
        }
    }

    /// Whether it was accepted. What names the event that it follows is asked for again when no answer came, of one intake
    /// after the other.
    private func act(_ id: String, _ move: String, _ actor: String, after: Int?, from first: Int) async -> Bool {
        for attempt in 0..<(after == nil ? 1 : 4) {
            // Whoever has just died is given time to come back.
            if attempt > 0 { try? await Task.sleep(for: .milliseconds(150)) }  // nobody cancels this
            let intake = intakes[(first + attempt) % intakes.count].url
            let outcome = await Self.move(id, move, by: actor, after: after, at: intake, history)
            if case .moved = outcome { return true }
            if outcome != .unknown { return false }
        }
        return false
    }

    /// Asks once, with a reason that comes back with the event, and notes the answer.
    @discardableResult
    static func move(
        _ id: String, _ move: String, by actor: String, after: Int? = nil, at intake: String, _ history: History,
        isDemanded: Bool = false
    ) async -> History.Outcome {
        let entry = history.begin(.move(request: id, move: move, actor: actor, after: after), isDemanded: isDemanded)
        let more = (move == "rate" ? #","rating":4"# : "") + (after.map { #","after_seq":\#($0)"# } ?? "")
        let body = Array(#"{"move":"\#(move)","actor":"\#(actor)","reason":"\#(Moves.mark(entry))"\#(more)}"#.utf8)
        let outcome = await API.move(id, body, to: intake)
        history.end(entry, outcome)
        return outcome
    }

    private static func wish(_ state: Int, _ owner: String, _ random: inout SeededRandom) -> (String, String) {
        switch state {
        case 1: return ("withdraw", "resident")
        case 2:
            return [("acknowledge", owner), ("acknowledge", owner), ("decline", owner), ("hand_over", "supervisor")][
                random.below(4)]
        case 3: return [("start", owner), ("resolve", owner), ("hand_over", "supervisor")][random.below(3)]
        case 4: return ("resolve", owner)
        case 5: return [("confirm", "resident"), ("reopen", "resident"), ("rate", "resident")][random.below(3)]
        default: return ("rate", "resident")
        }
    }

    /// State, owner and last event of a request; nil when the database does not answer just now.
    private func present(_ id: String) async -> (Int, String, Int)? {
        try? await installation.pool.withConnection { connection in
            let rows = try await connection.query(
                """
                select r.state::int, coalesce('cadre:' || c.code, 'supervisor'), r.last_seq
                from tuesday.request r
                left join register.cadre c on c.id = r.owner_id
                where r.id = $1::text::uuid
                """, [.text(id)])
            guard let row = rows.first else { return nil }
            return (try row.int(0), try row.string(1), try row.int(2))
        }
    }

    // MARK: gateways that speak Kafka

    private func gateway(_ number: Int, _ plan: RunPlan) async {
        var random = SeededRandom(seed: seed &* 104_729 &+ UInt64(number))
        var index = 0
        while goesOn {
            var messages: [KafkaMessage] = []
            var sources: [(String, KafkaMessage)] = []
            for _ in 0..<random.between(1, 6) {
                index += 1
                let source = "\(prefix)-g\(number)-\(index)"
                let body = random.below(1_000)
                let message = GatewaySubmission.message(
                    source, body: body, village: random.below(40) == 0 ? GatewaySubmission.nowhere : nil)
                messages.append(message)
                if random.below(6) == 0 { messages.append(message) }
                sources.append((source, message))
            }
            await GatewaySubmission.send(messages, of: sources, installation, history)
            try? await Task.sleep(for: .milliseconds(random.between(20, 250)))  // nobody cancels this
        }
    }
}
