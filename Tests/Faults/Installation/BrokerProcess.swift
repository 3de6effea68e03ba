import Foundation
import KafkaClient
import Synchronization
import TestSupport

/// The brokers, as a process that can be told to misbehave and killed.
actor BrokerProcess {
    static let brokerCount = 3

    let bootstrap: String
    private let log: String
    private let process: Process
    private let isAlike: Bool
    private let input: FileHandle
    private let output: FileHandle
    /// It is not meant to end before it is closed.
    nonisolated let ended: Ended

    final class Ended: Sendable {
        private let flag = Mutex(false)
        var isSet: Bool { flag.withLock { $0 } }
        func set() { flag.withLock { $0 = true } }
    }

    /// What starts a program whose addresses are nearly always the same; none where this machine does not allow it.
    static let startingAlike: [String] = {
        let attempt = Process()
        attempt.executableURL = URL(fileURLWithPath: "/usr/bin/setarch")
        attempt.arguments = ["-R", "/bin/true"]
        attempt.standardError = FileHandle.nullDevice
        guard (try? attempt.run()) != nil else { return [] }
        attempt.waitUntilExit()
        return attempt.terminationStatus == 0 ? ["/usr/bin/setarch", "-R", "/usr/bin/env", "MALLOC_ARENA_MAX=1"] : []
    }()

    /// - Parameters:
    ///   - log: gets its last words.
    ///   - isAlike: there may have to be others of its name. Without it hardly any two brokers have the same.
    init(partitions: Int, log: String, isAlike: Bool = false) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = [
            "--pdeathsig", "KILL",
        ] + (isAlike ? Self.startingAlike : []) + [
            "\(WorkerProcess.folder)/Faults", "broker", "--brokers", "\(Self.brokerCount)", "--partitions", "\(partitions)",
        ]
        let (toBroker, fromBroker) = (Pipe(), Pipe())
        process.standardInput = toBroker
        process.standardOutput = fromBroker
        guard FileManager.default.createFile(atPath: log, contents: nil) else {
            throw HarnessFailure("\(log) cannot be written")
        }
        process.standardError = FileHandle(forWritingAtPath: log) ?? .nullDevice
        // The death signal comes when the thread that made the child ends: it gets one that does not.
        let started = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var failure: (any Error)?
        let (child, ended) = (process, Ended())
        Thread.detachNewThread {
            do { try child.run() } catch { failure = error }
            started.signal()
            guard failure == nil else { return }
            child.waitUntilExit()
            ended.set()
        }
        started.wait()
        if let failure { throw failure }
        self.process = process
        self.isAlike = isAlike && !Self.startingAlike.isEmpty
        self.log = log
        self.ended = ended
        input = toBroker.fileHandleForWriting
        output = fromBroker.fileHandleForReading
        bootstrap = Self.line(of: output)
        guard !bootstrap.isEmpty else { throw HarnessFailure("the brokers' process did not start") }
    }

    /// Others, with nothing on them, that call themselves as these do. Their name is made of an address in their memory, so it
    /// is tried some times until it is the same.
    ///
    /// - Parameter log: theirs.
    /// - Returns: nil where that cannot be had, here or of these.
    func namesake(partitions: Int, log: String) async throws -> BrokerProcess? {
        guard isAlike, let name = try await Self.name(of: self) else { return nil }
        for _ in 0..<100 {
            let other = try BrokerProcess(partitions: partitions, log: log, isAlike: true)
            if try await Self.name(of: other) == name { return other }
            await other.close()
        }
        return nil
    }

    private static func name(of broker: BrokerProcess) async throws -> String? {
        try await KafkaAdmin(settings: ["bootstrap.servers": broker.bootstrap]).clusterID()
    }

    /// `down 1`, `up 1`, `error 0 7 1`, `pending 0 1`, `delay 0 3 2500 1`, `leader topic 0 2`, `coordinator group 2`.
    ///
    /// - Returns: the number asked for, if any.
    @discardableResult
    func tell(_ words: String) throws -> Int? {
        do { try input.write(contentsOf: Data("\(words)\n".utf8)) } catch {
            throw HarnessFailure("the brokers cannot be told \"\(words)\": \(error)")
        }
        let answer = Self.line(of: output)
        guard answer.hasPrefix("ok") else {
            throw HarnessFailure("the brokers answered \"\(words)\" with \"\(answer)\"")
        }
        return Int(answer.dropFirst(3))
    }

    /// What it complained of when it ended: these brokers stop at an assertion where others would refuse.
    nonisolated var lastWords: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").first.map(String.init) ?? "without a word"
    }

    func close() {
        try? input.close()  // it ends when nobody can tell it anything any more
        // Where it has ended by itself, its number may be another's by now.
        if !ended.isSet { kill(process.processIdentifier, SIGKILL) }
    }

    private static func line(of output: FileHandle) -> String {
        var bytes: [UInt8] = []
        while let byte = (try? output.read(upToCount: 1))?.first, byte != 0x0A { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
