import Foundation
import Synchronization
import TestSupport

/// The place of one copy of a worker: its ports, its proxies, its failpoints, and whichever process is in it now.
final class WorkerSlot: Sendable {
    private struct State {
        var process: WorkerProcess?
        var isWanted = false
        var startedCount = 0
    }

    let program: String
    let number: Int
    let adminPort: Int
    let httpPort: Int
    let page: FailpointFile
    let proxy: PostgresProxy
    /// Only the second copies go to the brokers through a proxy.
    let kafkaProxy: KafkaProxy?
    private let environment: [String: String]
    private let directory: String
    private let state = Mutex(State())

    init(
        _ program: String, number: Int, directory: String, environment: [String: String], upstream: String,
        bootstrap: String
    ) throws {
        self.program = program
        self.number = number
        self.directory = directory
        adminPort = try WorkerProcess.freePort()
        httpPort = try WorkerProcess.freePort()
        let path = "\(directory)/\(program)-\(number).failpoints"
        page = try FailpointFile(path: path)
        proxy = try PostgresProxy(upstream: upstream)
        kafkaProxy = number > 1 ? try KafkaProxy(bootstrap: bootstrap) : nil
        var environment = environment
        environment["PGHOST"] = proxy.directory
        environment["PGPORT"] = "5432"
        environment["PGUSER"] = program.replacingOccurrences(of: "-", with: "_")
        environment["TUESDAY_ADMIN_PORT"] = "\(adminPort)"
        environment["TUESDAY_HTTP_PORT"] = "\(httpPort)"
        environment["TUESDAY_INSTANCE"] = "\(program)-\(number)"
        environment["TUESDAY_TEST_FAILPOINTS"] = path
        self.environment = environment
        arm("")
    }

    var name: String { "\(program)-\(number)" }
    var url: String { "http://127.0.0.1:\(httpPort)" }
    var process: WorkerProcess? { state.withLock { $0.process } }
    var isRunning: Bool { state.withLock { $0.process?.hasEnded == false } }
    var startedCount: Int { state.withLock { $0.startedCount } }

    /// Replaces what is to go wrong in the process, now or whenever one is started.
    func arm(_ text: String, planted: String? = nil) {
        let words = [text, kafkaProxy?.words ?? "", planted.map { "plant=\($0)" } ?? ""].filter { !$0.isEmpty }
        page.arm(words.joined(separator: " "))
    }

    /// From now on there is to be a process; ``tend()`` sees to it.
    func want(_ isWanted: Bool) { state.withLock { $0.isWanted = isWanted } }

    /// Starts a process when one is wanted and there is none.
    func tend() async throws {
        let number = state.withLock { state -> Int? in
            guard state.isWanted, state.process?.hasEnded != false else { return nil }
            state.startedCount += 1
            return state.startedCount
        }
        guard let number else { return }
        let process = try await WorkerProcess.start(
            program, adminPort: adminPort, environment: environment, log: "\(directory)/\(name).\(number).log")
        state.withLock { $0.process = process }
    }

    /// Last words of processes that stopped themselves: a precondition, a trap.
    var crashes: [String] {
        (1...max(1, startedCount)).compactMap { count in
            let text = (try? String(contentsOfFile: "\(directory)/\(name).\(count).log", encoding: .utf8)) ?? ""
            return text.split(separator: "\n").first { $0.contains("Fatal error") || $0.contains("Assertion") }.map(String.init)
        }
    }

    func signal(_ number: Int32) {
        guard let process, !process.hasEnded else { return }
        kill(process.processID, number)
    }

    func close() async {
        want(false)
        signal(SIGCONT)
        signal(SIGKILL)
        proxy.close()
        kafkaProxy?.close()
    }
}
