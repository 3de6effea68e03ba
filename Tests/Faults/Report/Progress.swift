import Foundation

extension WholeCommand {
    /// How far each goal is.
    struct Progress {
        /// Campaigns in a row that bring a goal no nearer, before it is given up.
        private static let patience = 6

        private var tally = Tally()
        /// Campaigns that printed nothing.
        private var unheard: [String] = []
        private var goals: [State]
        private(set) var begun = 0
        private(set) var lastLine = ""

        private struct State {
            let goal: Goal
            let obstacle: String?
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

        /// - Parameters:
        ///   - obstacles: what cannot be made to happen, and why: no campaign is spent on it.
        ///   - earlier: what campaigns found before, on the same sources.
        init(
            from seed: UInt64, goals: [Goal] = Goal.all, obstacles: [Fault: String] = [:], after earlier: Tally = Tally()
        ) {
            tally = earlier
            self.goals = goals.map { goal in
                State(
                    goal: goal, obstacle: goal.faults.lazy.compactMap { obstacles[$0] }.first, nextSeed: seed,
                    seedsEnded: earlier.entries.count(where: goal.isFor), reached: goal.reached(in: earlier))
            }
        }

        var isComplete: Bool { failureCount == 0 && goals.allSatisfy { $0.reached >= $0.goal.wanted } }

        private var failureCount: Int { tally.failed.count + unheard.count }

        /// The goal that is farthest away, and what a campaign for it is told; nil when there is none to begin.
        mutating func begin() -> (Int, [String])? {
            let open = goals.indices.filter {
                let state = goals[$0]
                return state.obstacle == nil && state.fruitless < Self.patience && state.expected < Double(state.goal.wanted)
            }
            func isShort(_ index: Int) -> Int { goals[index].goal.isLong ? 0 : 1 }
            func share(_ index: Int) -> Double { goals[index].expected / Double(goals[index].goal.wanted) }
            // Of two that are as far away the long one: others fill the time while it takes its own.
            guard let index = open.min(by: { (share($0), isShort($0)) < (share($1), isShort($1)) }) else { return nil }
            let goal = goals[index].goal
            var arguments = ["--json", "--from", "\(goals[index].nextSeed)", "--seeds", "\(goal.seeds)"] + goal.options
            if !goal.faults.isEmpty { arguments += ["--fault", goal.faults.map(\.rawValue).joined(separator: ",")] }
            goals[index].nextSeed += UInt64(goal.seeds)
            goals[index].seedsUnderWay += goal.seeds
            begun += 1
            return (index, arguments)
        }

        /// - Parameters:
        ///   - json: what the campaign printed; nil: nothing.
        ///   - status: its exit status, or the signal that ended it.
        mutating func end(_ index: Int, _ json: Data?, status: Int32? = nil) {
            goals[index].seedsUnderWay -= goals[index].goal.seeds
            goals[index].seedsEnded += goals[index].goal.seeds
            do {
                tally.add(try Tally(json: json ?? Data()))
            } catch {
                let end = status.map { ", and ended with status or by signal \($0)" } ?? ""
                unheard.append("a campaign of \(goals[index].goal.name) printed no outcome\(end)")
            }
            let before = goals[index].reached
            for index in goals.indices { goals[index].reached = goals[index].goal.reached(in: tally) }
            goals[index].fruitless = goals[index].reached > before ? 0 : goals[index].fruitless + 1
            let reached = goals.count { $0.reached >= $0.goal.wanted }
            lastLine = "\(goals[index].goal.name): \(goals[index].reached) of \(goals[index].goal.wanted); "
                + "\(reached) of \(goals.count) goals reached, \(failureCount) seeds broke something"
        }

        /// The table, and what its words mean.
        var lines: [String] {
            let rows = goals.map { state in
                let (instances, runs) = state.goal.shown(in: tally)
                let missing = state.obstacle.map { "CANNOT be reached here: \($0)" }
                    ?? "NOT reached: \(state.reached) of \(state.goal.wanted)"
                return [
                    state.goal.name, state.goal.want, "\(instances)", "\(runs)",
                    state.reached < state.goal.wanted ? missing : "",
                ]
            }
            let again = "\(tally.undecided.count) runs were begun again: \(Set(tally.undecided).sorted())"
            return tally.lines + [""] + Tally.aligned([["goal", "wanted", "instances", "runs", ""]] + rows) + Self.legend
                + (tally.undecided.isEmpty ? [] : [again]) + unheard + tally.failed.flatMap(\.lines)
        }

        private static let legend = [
            "",
            "One instance is one disturbance that the harness has evidence of having met a working Tuesday. One run is one",
            "seed, from load to judgement, after which the whole history was checked; what told nothing is none. Where",
            "instances are wanted, all runs count that met one, also with other trouble; where runs are wanted, those with",
            "this trouble alone that met it, and of two to four kinds those that met two of them or more. Leaders and",
            "coordinators count when they were moved, whoever noticed. After every run PostgreSQL's log is read: one",
            "deadlock (40P01) or PANIC, whatever else went wrong, and the run is broken.",
        ]
    }
}
