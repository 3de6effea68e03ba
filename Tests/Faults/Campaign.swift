import Foundation
import TestSupport

/// Runs seeds on a server of its own, with a new installation now and then and after every violation.
final class Campaign {
    private let shape: Shape
    /// A mistake that all workers make all the time.
    private var planted: String?
    private(set) var report = Report()
    private var server: DatabaseServer?
    /// The server's; of all its installations.
    private var serverLog: UnjudgedLog?
    private var installation: Installation?
    private var trouble: Trouble?
    private var history = History()
    private var runs = 0
    /// Where logs ended when the run began.
    private var marks = LogMarks()
    /// Folders of evidence, and how many of runs that told nothing.
    private var kept = (all: 0, undecided: 0)
    /// Enough to explain what happens again and again; each may take hundreds of megabytes.
    private static let mostKept = (all: 10, undecided: 5)
    private let directory = "/tmp/tuesday-faults-\(ProcessInfo.processInfo.processIdentifier)"

    init(_ shape: Shape = Shape()) {
        self.shape = shape
    }

    /// From now on another mistake is made, and judged by itself.
    ///
    /// - Returns: what was found until now.
    @discardableResult
    func plant(_ mistake: String?) async -> Report {
        await abandon()
        judgeRest()
        planted = mistake
        defer { report = Report() }
        return report
    }

    /// - Parameter shrinking: how many runs may be spent on finding out which acts and clients a failure needs.
    func perform(_ plan: RunPlan, shrinking attempts: Int = 0) async {
        var outcome = await run(plan)
        for _ in 0..<6 where outcome.isUndecided {
            report.addUndecided(outcome)
            outcome = await run(plan)
        }
        report.add(outcome)
        guard !outcome.breaches.isEmpty, attempts > 0 else { return }
        let left = await Shrinking.shrink(plan.partCount, attempts: attempts) { parts in
            // Where the seed's submissions exist already, the same ones are nothing new.
            await abandon()
            let fewer = plan.keeping(parts: parts)
            // What failed first is what is to be explained.
            let outcome = await run(fewer, keeping: false)
            report.tell(outcome, "with \(fewer.parts)")
            return !outcome.breaches.isEmpty
        }
        // What comes next begins with what can be repeated.
        await abandon()
        report.shrunk(plan.seed, to: plan.keeping(parts: left))
    }

    /// - Parameter isKept: what is left of it when it breaks something.
    private func run(_ plan: RunPlan, keeping isKept: Bool = true) async -> Run.Outcome {
        var outcome: Run.Outcome
        var before: [String: Int] = [:]
        do {
            let (installation, trouble) = try await ready(copies: plan.copies)
            before = trouble.coverage
            marks = LogMarks(LogMarks.logs(in: installation.directory) + [installation.server.log])
            outcome = try await Run(installation: installation, trouble: trouble, history: history, plan: plan).perform()
            runs += 1
        } catch {
            outcome = Run.Outcome(plan: plan, violations: [Blame.sentence(error, during: nil, lastWords: lastWords)])
        }
        // A run that was judged before they ended is; the next one needs others.
        if let lastWords, outcome.violations.isEmpty {
            outcome.violations = [Blame.sentence(HarnessFailure(""), during: nil, lastWords: lastWords)]
        }
        outcome.violations += lockOrderProblems()
        outcome.coverage = (trouble?.coverage ?? [:]).merging(before) { $0 - $1 }.filter { $0.value > 0 }
        if !outcome.violations.isEmpty {
            if isKept { await keepEvidence(of: &outcome) }
            await abandon()
        }
        return outcome
    }

    /// Whoever is to explain it finds more than sentences.
    private func keepEvidence(of outcome: inout Run.Outcome) async {
        guard kept.all < Self.mostKept.all, !outcome.isUndecided || kept.undecided < Self.mostKept.undecided else { return }
        kept.all += 1
        if outcome.isUndecided { kept.undecided += 1 }
        let folder = "\(directory)/evidence-\(outcome.plan.seed)-\(kept.all)"
        let checker = installation.map { Checker(installation: $0, history: history, isCalm: false, isDone: true) }
        let again = Repetition(planted: planted).alone(outcome.plan)
        await KeptEvidence.keep(
            in: folder, of: outcome, again: again, marks: marks, serverLog: server?.log, checker)
        outcome.evidence = folder
    }

    /// The brokers', when they have ended.
    private var lastWords: String? { installation.flatMap { Blame.lastWords(in: $0) } }

    /// What the server has complained of since the last time: after every run, also one that was broken off before it was
    /// judged otherwise.
    private func lockOrderProblems() -> [String] {
        // A full disk is PostgreSQL's own reason to give up.
        let complaints = serverLog?.takeComplaints(["deadlock detected", "PANIC"])
            .filter { !$0.contains("No space left on device") }
        return (complaints ?? []).prefix(3).map { "one lock order: \($0)" }
    }

    /// What was complained of while the last installation ended is the last run's.
    private func judgeRest() {
        let problems = lockOrderProblems()
        guard !problems.isEmpty, let last = report.outcomes.last else { return }
        report.add(Run.Outcome(plan: last.plan, violations: problems))
    }

    /// The installation to go on with; another one after so many runs, or with more or fewer copies.
    private func ready(copies: Int) async throws -> (Installation, Trouble) {
        let size = copies * Installation.programs.count
        if runs >= shape.keep || installation.map({ $0.slots.count != size }) == true { await abandon() }
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
            server = try await DatabaseServer(directory: "\(directory)/postgres", diskMegabytes: shape.hasSmallDisk ? 600 : nil)
            self.server = server
            serverLog = UnjudgedLog(path: server.log)
            try await FaultCounty.prepare(on: server, directory: directory)
        }
        let opened: Installation
        // What does not even begin has met no trouble.
        do {
            opened = try await Installation.open(
                on: server, directory: directory, copies: copies, planted: planted)
        } catch { throw HarnessFailure("an installation does not open: \(error)") }
        history = History()
        let made = Trouble(opened, history, planted: planted, overdue: shape.overdue)
        (installation, trouble, runs) = (opened, made, 0)
        return (opened, made)
    }

    private func abandon() async {
        await installation?.close()
        (installation, trouble) = (nil, nil)
    }

    func close(keepsLogs: Bool) async {
        await abandon()
        judgeRest()
        await server?.stop()
        (server, serverLog) = (nil, nil)
        if keepsLogs {
            report.logs = directory
        } else {
            try? FileManager.default.removeItem(atPath: directory)  // what stays is in /tmp
        }
    }
}
