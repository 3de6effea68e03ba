import AsyncHTTPClient
import Foundation
import Glibc
import Runtime

/// One copy of a worker: what is run, with what, and where it says that it is ready.
struct WorkerCopy: Sendable {
    let program: Program
    /// 1, 2, ...
    let number: Int
    let executable: String
    let environment: [String: String]
    let adminPort: Int
    let log: String

    /// `tuesday-router`, and `tuesday-router-2` for its second copy.
    var name: String { number == 1 ? program.name : "\(program.name)-\(number)" }
}

/// Runs copies of the workers, and starts again what ends by itself.
actor WorkerCopies {
    private let copies: [WorkerCopy]
    private let console: Console
    private var children: [String: ChildProcess] = [:]
    private var failures: [String: Int] = [:]
    private var watchers: [Task<Void, Never>] = []
    private var isStopping = false
    /// One whose settings are wrong.
    private var refused: WorkerCopy?

    init(_ copies: [WorkerCopy], console: Console) {
        self.copies = copies
        self.console = console
    }

    /// Those that run now.
    var processes: [(program: Program, processID: Int32, adminPort: Int)] {
        copies.compactMap { copy in
            children[copy.name].map { (copy.program, $0.processID, copy.adminPort) }
        }
    }

    /// Starts every copy; what cannot be executed at all throws.
    func start() async throws {
        for copy in copies {
            children[copy.name] = try await Self.run(copy)
            watchers.append(Task { await self.watch(copy) })
        }
    }

    /// Waits until every copy says that it is ready.
    /// - Throws: ``CommandFailure`` with the last lines of the log of one that is not, when the time is over or one has
    ///   ended three times.
    func awaitReady(within limit: Duration, client: HTTPClient) async throws {
        let deadline = ContinuousClock.now + limit
        for copy in copies {
            while true {
                let answer = await Self.readiness(copy, client)
                if answer == nil { break }
                if let refused {
                    throw notReady(refused, "refuses its settings", exitStatus: ExitStatus.configuration)
                }
                let count = failures[copy.name] ?? 0
                guard count < 3 else { throw notReady(copy, "ended \(count) times") }
                guard ContinuousClock.now < deadline else {
                    throw notReady(copy, "is not ready after \(limit.components.seconds) s: \(answer ?? "")")
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Asks all to end, in the order in which work flows, and waits for them; kills what has not ended in time.
    func stop(within limit: Duration) async {
        isStopping = true
        for watcher in watchers { watcher.cancel() }
        let console = console
        await withTaskGroup { group in
            for (name, child) in children {
                group.addTask {
                    if await !child.stop(within: limit) {
                        console.warn("\(name) did not stop within \(limit.components.seconds) s and was killed")
                    }
                }
            }
        }
        children = [:]
    }

    private func watch(_ copy: WorkerCopy) async {
        while !isStopping, let child = children[copy.name] {
            let began = ContinuousClock.now
            guard let end = await child.end(), !isStopping else { return }
            if end == .exited(ExitStatus.configuration) {
                // It would say the same again.
                refused = copy
                return console.warn("\(copy.name) refuses its settings; see \(copy.log)")
            }
            // One that ran for a while has earned a quick start.
            let count = ContinuousClock.now - began > .seconds(60) ? 1 : (failures[copy.name] ?? 0) + 1
            failures[copy.name] = count
            let pause = Duration.seconds(min(30, 1 << min(count - 1, 5)))
            console.warn(
                "\(copy.name) ended (\(end)) and is started again in \(pause.components.seconds) s; see \(copy.log)")
            do { try await Task.sleep(for: pause) } catch { return }
            guard !isStopping else { return }
            do { children[copy.name] = try await Self.run(copy) } catch {
                console.warn("\(copy.name): \(error)")
            }
        }
    }

    private func notReady(
        _ copy: WorkerCopy, _ what: String, exitStatus: Int32 = ExitStatus.unavailable
    ) -> CommandFailure {
        let lines = (try? String(contentsOfFile: copy.log, encoding: .utf8))?.split(separator: "\n").suffix(8) ?? []
        let tail = lines.isEmpty ? "it wrote no log" : lines.joined(separator: "\n  ")
        return CommandFailure(
            "\(copy.name) \(what)\n  \(tail)\nsee \(copy.log)", exitStatus: exitStatus)
    }

    private static func run(_ copy: WorkerCopy) async throws -> ChildProcess {
        try await ChildProcess.start(copy.executable, environment: copy.environment, log: copy.log)
    }

    /// Nil when the copy is ready; else what it answered.
    private static func readiness(_ copy: WorkerCopy, _ client: HTTPClient) async -> String? {
        do {
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(copy.adminPort)/readyz")
            let response = try await client.execute(request, timeout: .seconds(5))
            if response.status == .ok { return nil }
            return String(buffer: try await response.body.collect(upTo: 16_384))
        } catch { return "its admin port does not answer" }
    }
}
