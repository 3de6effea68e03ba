import Foundation
import Synchronization
import TestSupport

/// The place of one copy of a worker: its ports, its proxies, its failpoints, and whichever process is in it now.
final class WorkerSlot: Sendable {
    private struct State {
        var process: WorkerProcess?
        var isWanted = false
        var startedCount = 0
        var environment: [String: String]
        /// Only the second copies go to the brokers through a proxy.
        var kafkaProxy: KafkaProxy?
        var bootstrap = ""
        var brokerPorts = BrokerPorts()
    }

    let program: String
    let number: Int
    let adminPort: Int
    let httpPort: Int
    let page: FailpointFile
    let proxy: PostgresProxy
    private let directory: String
    private let state: Mutex<State>

    init(
        _ program: String, number: Int, directory: String, environment: [String: String], upstream: String
    ) throws {
        self.program = program
        self.number = number
        self.directory = directory
        adminPort = try TestPort.take()
        httpPort = try TestPort.take()
        let path = "\(directory)/\(program)-\(number).failpoints"
        page = try FailpointFile(path: path)
        proxy = try PostgresProxy(upstream: upstream)
        var environment = environment
        environment["PGHOST"] = proxy.directory
        environment["PGPORT"] = "5432"
        environment["PGUSER"] = program.replacingOccurrences(of: "-", with: "_")
        environment["TUESDAY_ADMIN_PORT"] = "\(adminPort)"
        environment["TUESDAY_HTTP_PORT"] = "\(httpPort)"
        environment["TUESDAY_INSTANCE"] = "\(program)-\(number)"
        environment["TUESDAY_TEST_FAILPOINTS"] = path
        state = Mutex(State(environment: environment))
        arm("")
    }

    /// Whoever is started from now on finds these brokers; once something is armed anew, also a process that knows the ones
    /// before.
    func lead(to bootstrap: String, incarnation: String) throws {
        let proxy = number > 1 ? try KafkaProxy(bootstrap: bootstrap) : nil
        let former = state.withLock { state in
            state.brokerPorts.move(from: BrokerPorts.ports(state.bootstrap), to: BrokerPorts.ports(bootstrap))
            state.bootstrap = bootstrap
            state.environment["TUESDAY_KAFKA_BOOTSTRAP"] = bootstrap
            state.environment["TUESDAY_KAFKA_INCARNATION"] = incarnation
            defer { state.kafkaProxy = proxy }
            return state.kafkaProxy
        }
        former?.close()
    }

    /// Whoever is started from now on has these variables besides; nil takes one away.
    func set(_ variables: [String: String?]) {
        state.withLock { state in for (name, value) in variables { state.environment[name] = value } }
    }

    var name: String { "\(program)-\(number)" }
    var url: String { "http://127.0.0.1:\(httpPort)" }
    var kafkaProxy: KafkaProxy? { state.withLock { $0.kafkaProxy } }
    var process: WorkerProcess? { state.withLock { $0.process } }
    var isRunning: Bool { state.withLock { $0.process?.hasEnded == false } }
    var startedCount: Int { state.withLock { $0.startedCount } }

    /// Replaces what is to go wrong in the process, now or whenever one is started.
    func arm(_ text: String, planted: String? = nil) {
        let detours = state.withLock { $0.brokerPorts.words(by: $0.kafkaProxy?.detours ?? [:]) }
        let words = [text, detours, planted.map { "plant=\($0)" } ?? ""].filter { !$0.isEmpty }
        page.arm(words.joined(separator: " "))
    }

    /// From now on there is to be a process; ``tend()`` sees to it.
    func want(_ isWanted: Bool) { state.withLock { $0.isWanted = isWanted } }

    /// Starts a process when one is wanted and there is none.
    func tend() async throws {
        let next = state.withLock { state -> (number: Int, environment: [String: String])? in
            guard state.isWanted, state.process?.hasEnded != false else { return nil }
            state.startedCount += 1
            return (state.startedCount, state.environment)
        }
        guard let (number, environment) = next else { return }
        let process = try await WorkerProcess.start(
            program, adminPort: adminPort, environment: environment, log: "\(directory)/\(name).\(number).log")
        state.withLock { $0.process = process }
    }

    /// Last words of processes that stopped themselves: a precondition, a trap.
    var crashes: [String] {
        (1...max(1, startedCount)).compactMap { count in
            let text = (try? String(contentsOfFile: "\(directory)/\(name).\(count).log", encoding: .utf8)) ?? ""
            // What a log line (JSON) quotes is no last word.
            return text.split(separator: "\n")
                .first { !$0.hasPrefix("{") && Self.isLastWord($0) }.map(String.init)
        }
    }

    /// As Swift's runtime says them, its backtracer, or C.
    private static func isLastWord(_ line: some StringProtocol) -> Bool {
        ["Fatal error", "Assertion", "Precondition failed", "*** Program crashed"].contains { line.contains($0) }
    }

    /// - Returns: false when there is no process to get it.
    @discardableResult
    func signal(_ number: Int32) -> Bool { process?.signal(number) ?? false }

    func close() async {
        want(false)
        signal(SIGCONT)
        signal(SIGKILL)
        proxy.close()
        kafkaProxy?.close()
    }
}
