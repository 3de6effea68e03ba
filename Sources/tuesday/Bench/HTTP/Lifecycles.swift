import Contracts
import Domain
import NIOCore
import Synchronization

/// Whole lives of requests over HTTP: submit, be assigned, acknowledge, resolve, read back.
struct Lifecycles: Sendable {
    enum Step: String, CaseIterable, Sendable {
        case submit, assigned, acknowledge, resolve, read

        var title: String {
            switch self {
            case .submit: "  submitted after"
            case .assigned: "  known to be assigned after"
            case .acknowledge: "  acknowledged after"
            case .resolve: "  resolved after"
            case .read: "  read back after"
            }
        }
    }

    struct Run: Sendable {
        var whole = Latencies()
        var steps: [Step: Latencies] = [:]
        var seconds = 0.0
    }

    private final class Tally: Sendable {
        let value = Mutex(Run())
    }

    let source: SubmissionSource
    let load: HTTPLoad
    /// Codes of cadres, as whom they act.
    let codes: [Cadre.ID: String]
    /// Nil: each request is read again and again until it has an owner.
    let assignments: Assignments?

    /// Each connection leads one request after the other through its life.
    /// - Throws: ``CommandFailure`` for the first step that was not answered as it should be.
    func run(_ count: Int, label: String, progress: @escaping @Sendable (Int) -> Void) async throws -> Run {
        let run = Tally()
        let began = ContinuousClock.now
        // Who waits for an assignment that never comes is let go, and fails the run.
        let watchdog = Task { [assignments] in
            var last = -1
            while true {
                try await Task.sleep(for: .seconds(60))
                let now = run.value.withLock(\.whole.count)
                if now == last { assignments?.giveUp() }
                last = now
            }
        }
        defer { watchdog.cancel() }
        try await load.share(count) { item, connection in
            let times = try await live(item, label, connection)
            run.value.withLock { run in
                var whole = Duration.zero
                for (step, time) in zip(Step.allCases, times) {
                    run.steps[step, default: Latencies()].record(microseconds: Int64(time / .microseconds(1)))
                    whole += time
                }
                run.whole.record(microseconds: Int64(whole / .microseconds(1)))
            }
            if item % 50 == 0 { progress(item) }
        }
        var result = run.value.withLock { $0 }
        result.seconds = (ContinuousClock.now - began) / .seconds(1)
        return result
    }

    /// Returns how long each step took.
    private func live(_ item: Int, _ label: String, _ connection: LoadConnection) async throws -> [Duration] {
        var times: [Duration] = []
        var last = ContinuousClock.now
        func lap() {
            let now = ContinuousClock.now
            times.append(now - last)
            last = now
        }
        let submission = source.submission(item, label: label, channel: "http")
        let accepted = try await exchange(LoadRequest.submit(submission), expecting: 201, connection)
        guard let id = accepted.text("request_id") else { throw Self.unexpected("submit", accepted) }
        lap()
        let owner = try await owner(of: id, connection)
        lap()
        for move in ["acknowledge", "resolve"] {
            let request = LoadRequest.move(id, move, actor: "cadre:\(owner)")
            _ = try await exchange(request, expecting: 200, connection)
            lap()
        }
        let read = try await exchange(LoadRequest.read(id), expecting: 200, connection)
        guard read.text("request_id") == id, read.text("state") == "resolved", read.text("owner") == nil else {
            throw Self.unexpected("reading back", read)
        }
        lap()
        return times
    }

    private func owner(of id: String, _ connection: LoadConnection) async throws -> String {
        guard let assignments else {
            while true {
                let read = try await exchange(LoadRequest.read(id), expecting: 200, connection)
                if let owner = read.text("owner") { return owner }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        guard let request = RequestID(id), let owner = await assignments.owner(of: request), let code = codes[owner] else {
            throw CommandFailure("no result: the assignment of request \(id) was not seen on the topic")
        }
        return code
    }

    private func exchange(
        _ request: ByteBuffer, expecting status: Int, _ connection: LoadConnection
    ) async throws -> LoadAnswer {
        let answer = try await connection.exchange(request)
        guard answer.status == status else { throw Self.unexpected("status \(status) was expected", answer) }
        return answer
    }

    private static func unexpected(_ what: String, _ answer: LoadAnswer) -> CommandFailure {
        CommandFailure("no result: \(what): status \(answer.status), \(String(buffer: answer.body).prefix(300))")
    }
}
