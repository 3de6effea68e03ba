import Contracts
import Domain

/// What clients asked and were told.
// @unchecked: touched by the executor's one thread only.
final class History: @unchecked Sendable {
    struct Submit {
        var submission: Submission
        /// Nil: the outcome is unknown.
        var answer: SubmissionAnswer?
    }

    struct MoveEntry {
        var call: MoveCall
        var answer: MoveAnswer?
    }

    var submits: [Submit] = []
    var moves: [MoveEntry] = []
    var sentByTopic: [Submission] = []
    var busyClients = 0
    var lastCause: Int32 = 0
}

/// Clients who do not give up: what was not answered is sent again, to whichever worker stands.
extension World {
    func startClients() {
        for number in 0..<plan.clientCount {
            history.busyClients += 1
            Task {
                await self.client(number)
                self.history.busyClients -= 1
            }
        }
        if plan.usesTopic {
            history.busyClients += 1
            Task {
                await self.gateway()
                self.history.busyClients -= 1
            }
        }
    }

    private func client(_ number: Int) async {
        for index in 0..<plan.submissionsPerClient {
            await VirtualExecutor.sleep(milliseconds: Int64(random.between(0, plan.pauseMilliseconds)))
            let submission = Submission(key: "c\(number)-\(index)", body: number)
            if random.below(5) == 0 {
                // The same at once, or another content under the same key.
                let twin = Submission(key: submission.key, body: number + (random.below(2) == 0 ? 0 : 100))
                history.busyClients += 1
                Task {
                    _ = await self.insist(on: twin)
                    self.history.busyClients -= 1
                }
            }
            guard let id = await insist(on: submission) else { continue }
            // Who is in a hurry sends the next one meanwhile.
            if plan.pauseMilliseconds < 1_000 {
                history.busyClients += 1
                Task {
                    await self.live(id)
                    self.history.busyClients -= 1
                }
            } else {
                await live(id)
            }
            if random.below(4) == 0 { _ = await insist(on: submission) }
        }
    }

    /// Nil: the content was refused.
    private func insist(on submission: Submission) async -> RequestID? {
        while true {
            let entry = history.submits.count
            history.submits.append(History.Submit(submission: submission))
            if let process = reachable(),
                let answer = await call(process, { try await process.submits.submit(submission) })
            {
                history.submits[entry].answer = answer
                trace("\(process.name) answers \(submission): \(answer)")
                switch answer {
                case .accepted(let id), .repeated(let id): return id
                case .conflict: return nil
                }
            }
            await VirtualExecutor.sleep(milliseconds: Int64(random.between(100, 1_500)))
        }
    }

    /// A few moves on a request, each asked once.
    private func live(_ request: RequestID) async {
        for _ in 0..<random.below(4) {
            await VirtualExecutor.sleep(milliseconds: Int64(random.between(50, 6_000)))
            guard let process = reachable() else { continue }
            let moves: [Move] = [
                .acknowledge, .acknowledge, .start, .resolve(outside: false), .resolve(outside: false),
                .decline(reason: nil), .withdraw, .reopen, .confirm,
            ]
            history.lastCause += 1
            let move = MoveCall(request: request, move: moves[random.below(moves.count)], cause: history.lastCause)
            let entry = history.moves.count
            history.moves.append(History.MoveEntry(call: move))
            if let answer = await call(process, { try await process.moves.submit(move) }) {
                history.moves[entry].answer = answer
            }
        }
    }

    private func reachable() -> SimulatedProcess? {
        let standing = processes.filter { $0.state != .dead }
        return standing.isEmpty ? nil : standing[random.below(standing.count)]
    }

    /// Nil: an error, or no answer in time; whether it happened is unknown.
    private func call<Answer: Sendable>(
        _ process: SimulatedProcess, _ body: @escaping @Sendable () async throws -> Answer
    ) async -> Answer? {
        let (answers, answer) = AsyncStream.makeStream(of: Answer?.self)
        let work = Task {
            do {
                let value = try await body()
                try await process.gate()
                answer.yield(value)
            } catch { answer.yield(nil) }
        }
        let alarm = Task {
            await VirtualExecutor.sleep(milliseconds: 10_000)
            answer.yield(nil)
        }
        var iterator = answers.makeAsyncIterator()
        let first = await iterator.next() ?? nil
        alarm.cancel()
        _ = work
        return first
    }

    /// A gateway that speaks Kafka, repeats itself, and sends what cannot be handled.
    private func gateway() async {
        for index in 0..<random.between(1, 4) {
            await VirtualExecutor.sleep(milliseconds: Int64(random.between(0, 4_000)))
            let submission = Submission(key: "t-\(index)", body: 1)
            history.sentByTopic.append(submission)
            for _ in 0...random.below(2) { kafka.append(submission.message) }
            guard random.below(4) == 0 else { continue }
            let poison = random.below(2) == 0 ? Self.crashing : [0xFF]
            kafka.append(
                OutgoingMessage(topic: .submissions, laneSeq: 0, key: nil, value: poison, headers: [], at: Int64(index)))
        }
        if random.below(4) == 0 {
            kafka.append(OutgoingMessage(topic: .requests, laneSeq: 0, key: nil, value: [1], headers: [], at: 7))
        }
    }
}
