import ArgumentParser
import Foundation
import TestSupport

/// `faults whole`: campaigns side by side, until every kind of trouble has been shown often enough.
struct WholeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whole", abstract: "Run every kind of trouble as often as a whole campaign must, and print one table.",
        discussion: """
            Takes about two hours on two cores that do nothing else, with --optimised. Exit status 1 when an invariant was \
            broken or a goal was not reached. What each campaign printed stays in the folder.
            """)

    /// Campaigns in a row that bring a goal no nearer, before it is given up.
    private static let patience = 6

    @Option(help: "Campaigns side by side; each is a server, brokers and eight workers.")
    var streams = 2 * ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "Begin no campaign after so many minutes.") var minutes: Double?
    @Option(help: "The first seed of each kind of trouble.") var from: UInt64 = 1
    @Option(help: "The folder that gets what each campaign printed, as JSON, and its progress.") var into = ".build/faults"

    func run() async throws {
        try FileManager.default.createDirectory(atPath: into, withIntermediateDirectories: true)
        let deadline = minutes.map { ContinuousClock.now + .seconds($0 * 60) }
        var progress = Progress(from: from)
        await withTaskGroup(of: (Int, Data?).self) { running in
            var count = 0
            while true {
                let isLate = deadline.map { ContinuousClock.now > $0 } ?? false
                while count < streams, !isLate, let (index, arguments) = progress.begin() {
                    count += 1
                    let file = "\(into)/\(progress.begun)"
                    running.addTask { (index, await Self.campaign(arguments, file: file)) }
                }
                guard let (index, json) = await running.next() else { break }
                count -= 1
                progress.end(index, json)
                FileHandle.standardError.write(Data("\(progress.lastLine)\n".utf8))
            }
        }
        for line in progress.lines { print(line) }
        if !progress.isComplete { throw ExitCode.failure }
    }

    /// What it printed; nil when it printed nothing that counts.
    private static func campaign(_ arguments: [String], file: String) async -> Data? {
        // It ends with this process, however that ends.
        let command = #"exec setpriv --pdeathsig KILL "$0" "$@" >"$FILE.json" 2>"$FILE.log""#
        let environment = ProcessInfo.processInfo.environment.merging(["FILE": file]) { $1 }
        _ = try? await Programs.outcome(
            of: "/bin/sh", ["-c", command, "\(WorkerProcess.folder)/Faults"] + arguments, environment: environment)
        return FileManager.default.contents(atPath: "\(file).json")
    }

    /// How far each goal is.
    struct Progress {
        private var tally = Tally()
        private var failed: [String] = []
        private var goals: [State]
        private(set) var begun = 0
        private(set) var lastLine = ""

        private struct State {
            let goal: Goal
            var nextSeed: UInt64
            var seedsEnded = 0
            var seedsUnderWay = 0
            var reached = 0
            /// Campaigns in a row that brought it no nearer.
            var fruitless = 0

            /// What there will be when those under way have ended, if they bring what the others did.
            var expected: Double {
                let each = seedsEnded == 0 ? 1 : Double(reached) / Double(seedsEnded)
                return Double(reached) + each * Double(seedsUnderWay)
            }
        }

        init(from seed: UInt64, goals: [Goal] = Goal.all) {
            self.goals = goals.map { State(goal: $0, nextSeed: seed) }
        }

        var isComplete: Bool { failed.isEmpty && goals.allSatisfy { $0.reached >= $0.goal.wanted } }

        /// The goal that is farthest away, and what a campaign for it is told; nil when there is none to begin.
        mutating func begin() -> (Int, [String])? {
            let open = goals.indices.filter {
                let state = goals[$0]
                return state.fruitless < WholeCommand.patience && state.expected < Double(state.goal.wanted)
            }
            func share(_ index: Int) -> Double { goals[index].expected / Double(goals[index].goal.wanted) }
            guard let index = open.min(by: { share($0) < share($1) }) else { return nil }
            let goal = goals[index].goal
            var arguments = ["--json", "--from", "\(goals[index].nextSeed)", "--seeds", "\(goal.seeds)"] + goal.options
            if !goal.faults.isEmpty { arguments += ["--fault", goal.faults.map(\.rawValue).joined(separator: ",")] }
            goals[index].nextSeed += UInt64(goal.seeds)
            goals[index].seedsUnderWay += goal.seeds
            begun += 1
            return (index, arguments)
        }

        /// - Parameter json: what the campaign printed; nil: nothing.
        mutating func end(_ index: Int, _ json: Data?) {
            goals[index].seedsUnderWay -= goals[index].goal.seeds
            goals[index].seedsEnded += goals[index].goal.seeds
            do {
                let more = try Tally(json: json ?? Data())
                tally.add(more)
                failed += more.failed
            } catch { failed.append("a campaign of \(goals[index].goal.name) printed no outcome") }
            let before = goals[index].reached
            for index in goals.indices { goals[index].reached = goals[index].goal.reached(in: tally) }
            goals[index].fruitless = goals[index].reached > before ? 0 : goals[index].fruitless + 1
            let reached = goals.count { $0.reached >= $0.goal.wanted }
            lastLine = "\(goals[index].goal.name): \(goals[index].reached) of \(goals[index].goal.wanted); "
                + "\(reached) of \(goals.count) goals reached, \(failed.count) seeds broke something"
        }

        var lines: [String] {
            let rows = goals.map { state in
                [state.goal.name, "\(state.reached)", "\(state.goal.wanted)", state.reached < state.goal.wanted ? "NOT reached" : ""]
            }
            let again = tally.undecided.isEmpty ? [] : ["\(tally.undecided.count) runs were begun again: \(Set(tally.undecided).sorted())"]
            return tally.lines + Tally.aligned([["goal", "reached", "wanted", ""]] + rows) + again + failed
        }
    }
}
