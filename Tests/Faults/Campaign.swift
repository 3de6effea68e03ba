import Foundation
import Synchronization
import TestSupport

/// Runs seeds on a server of its own, with a new installation now and then and after every violation.
final class Campaign {
    private let copies: Int
    private let keep: Int
    /// A mistake that all workers make all the time.
    private var planted: String?
    private(set) var report = Report()
    private var server: DatabaseServer?
    private var installation: Installation?
    private var trouble: Trouble?
    private var history = History()
    private var runs = 0
    private let directory: String

    init(copies: Int, keep: Int, planted: String?) {
        self.copies = copies
        self.keep = keep
        self.planted = planted
        directory = "/tmp/tuesday-faults-\(ProcessInfo.processInfo.processIdentifier)"
    }

    /// From now on another mistake is made, and judged by itself.
    ///
    /// - Returns: what was found until now.
    @discardableResult
    func plant(_ mistake: String?) async -> Report {
        await abandon()
        planted = mistake
        defer { report = Report() }
        return report
    }

    func perform(_ plan: RunPlan) async {
        do {
            let (installation, trouble) = try await ready()
            let outcome = try await Run(installation: installation, trouble: trouble, history: history, plan: plan).perform()
            report.add(outcome)
            runs += 1
            if !outcome.violations.isEmpty { await abandon() }
        } catch {
            report.add(Run.Outcome(seed: plan.seed, faults: plan.acts.map(\.fault.rawValue), violations: ["the harness: \(error)"]))
            await abandon()
        }
    }

    /// The installation to go on with; another one after so many runs.
    private func ready() async throws -> (Installation, Trouble) {
        if runs >= keep { await abandon() }
        if let installation, let trouble {
            try await installation.awaitReady(within: .seconds(60))
            return (installation, trouble)
        }
        let server: DatabaseServer
        if let known = self.server {
            server = known
        } else {
            try? FileManager.default.removeItem(atPath: directory)  // of another process with this number, if at all
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            server = try await DatabaseServer(directory: "\(directory)/postgres")
            self.server = server
            try await FaultCounty.prepare(on: server, directory: directory)
        }
        let opened = try await Installation.open(on: server, directory: directory, copies: copies, planted: planted)
        let made = Trouble(opened, planted: planted)
        (installation, trouble, history, runs) = (opened, made, History(), 0)
        return (opened, made)
    }

    private func abandon() async {
        if let trouble { report.add(coverage: trouble.coverage) }
        await installation?.close()
        (installation, trouble) = (nil, nil)
    }

    func close(keepsLogs: Bool) async {
        await abandon()
        await server?.stop()
        server = nil
        if keepsLogs {
            report.logs = directory
        } else {
            try? FileManager.default.removeItem(atPath: directory)  // what stays is in /tmp
        }
    }
}
