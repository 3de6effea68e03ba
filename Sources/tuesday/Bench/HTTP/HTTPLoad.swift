import Domain
import NIOCore
import NIOPosix
import Synchronization
import Web

/// Many connections that share out a load among them.
struct HTTPLoad: Sendable {
    /// What a load of single requests brought.
    struct Run: Sendable {
        var latencies = Latencies()
        /// Answers by status; 0 for those that never came.
        var statuses: [Int: Int] = [:]
        /// The ids that were answered, as text.
        var ids: [String] = []
        /// Of each item the latency in seconds, or nil when it was not answered with success; in order of the items.
        var answered: [Double?] = []
        var seconds = 0.0
        /// Why the first failed that did.
        var firstFailure: String?

        var successCount: Int { statuses[201] ?? 0 }
    }

    private let connections: [LoadConnection]
    private let executor: EventLoopExecutor

    /// All on one event loop, and so are the tasks that use them: what the load costs is taken from what is measured.
    static func open(port: Int, connections count: Int) async throws -> HTTPLoad {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        return HTTPLoad(
            connections: try await inParallel(Array(0..<count), width: 16) { _ in
                try await LoadConnection.open(port: port, on: loop)
            }, executor: EventLoopExecutor(loop))
    }

    /// For one request at a time.
    var first: LoadConnection { connections[0] }

    func close() async {
        for connection in connections { await connection.close() }
    }

    /// Runs `body` once for each item, each connection taking the next item as soon as it is free.
    func share(_ count: Int, _ body: @escaping @Sendable (Int, LoadConnection) async throws -> Void) async throws {
        let next = Ticket()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for connection in connections {
                group.addTask(executorPreference: executor) {
                    while let item = next.take(below: count) { try await body(item, connection) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Each connection sends its next request when the last one was answered: as fast as the server takes them.
    func closed(_ requests: [ByteBuffer], progress: @escaping @Sendable (Int) -> Void = { _ in }) async throws -> Run {
        try await send(requests, progress) { _ in }
    }

    /// Each request is sent at its instant, or as soon after as a connection is free; latencies count from the instant.
    func open(
        _ requests: [ByteBuffer], _ running: OpenLoop.Running, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> Run {
        try await send(requests, progress, from: running) { item in
            let intended = running.began + .seconds(running.loop.offsets[item])
            if ContinuousClock.now < intended {
                try await Task.sleep(until: intended, tolerance: .zero, clock: .continuous)
            }
        }
    }

    private func send(
        _ requests: [ByteBuffer], _ progress: @escaping @Sendable (Int) -> Void, from running: OpenLoop.Running? = nil,
        _ wait: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> Run {
        let outcomes = Outcomes(requests.count)
        let began = ContinuousClock.now
        try await share(requests.count) { item, connection in
            try await wait(item)
            let from = running.map { $0.began + .seconds($0.loop.offsets[item]) } ?? ContinuousClock.now
            do {
                let answer = try await connection.exchange(requests[item])
                outcomes.add(item, answer, seconds: (ContinuousClock.now - from) / .seconds(1))
            } catch let lost as LoadConnection.Lost { outcomes.fail("\(lost)") }
            if item % 100 == 0 { progress(item) }
        }
        var run = outcomes.run
        run.seconds = (ContinuousClock.now - began) / .seconds(1)
        return run
    }

    /// Numbers, each once.
    private final class Ticket: Sendable {
        private let value = Atomic<Int>(0)

        func take(below limit: Int) -> Int? {
            let number = value.wrappingAdd(1, ordering: .relaxed).oldValue
            return number < limit ? number : nil
        }
    }

    private final class Outcomes: Sendable {
        private let state: Mutex<Run>

        init(_ count: Int) {
            var run = Run()
            run.answered = Array(repeating: nil, count: count)
            run.ids.reserveCapacity(count)
            state = Mutex(run)
        }

        var run: Run { state.withLock { $0 } }

        func add(_ item: Int, _ answer: LoadAnswer, seconds: Double) {
            let id = answer.status == 201 ? answer.text("request_id") : nil
            state.withLock { run in
                run.statuses[answer.status, default: 0] += 1
                run.latencies.record(microseconds: Int64(seconds * 1_000_000))
                if let id {
                    run.ids.append(id)
                    run.answered[item] = seconds
                } else if run.firstFailure == nil {
                    run.firstFailure = "status \(answer.status): \(String(buffer: answer.body).prefix(200))"
                }
            }
        }

        func fail(_ why: String) {
            state.withLock { run in
                run.statuses[0, default: 0] += 1
                if run.firstFailure == nil { run.firstFailure = why }
            }
        }
    }
}
