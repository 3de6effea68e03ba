import Foundation
import Testing

@testable import Faults

struct GoalTests {
    private static func tally(_ coverage: [String: Int], runs: [String: Int] = [:]) throws -> Tally {
        try Tally(
            json: JSONSerialization.data(withJSONObject: ["coverage": coverage, "faults": runs.mapValues { ["runs": $0] }]))
    }

    @Test func `Instances are counted where their names begin so, and no others`() throws {
        let tally = try Self.tally(["stop-at-site a x": 3, "stop-at-site ab x": 4, "stop-at-site a y": 2, "stop - x": 7])
        #expect(Goal.instances(10, of: .stopAtSite).reached(in: tally) == 9)
        #expect(Goal.instances(10, of: .stopAtSite, each: ["a"]).reached(in: tally) == 5)
        #expect(Goal.instances(10, of: .stopAtSite, each: ["a x"]).reached(in: tally) == 3)
    }

    @Test func `Much of one detail does not make up for little of another`() throws {
        let goal = Goal.instances(5, of: .timerRaces, each: ["timer-first", "close-first"])
        let tally = try Self.tally(["close-against-timer timer-first requests": 50, "close-against-timer close-first requests": 1])
        #expect(goal.reached(in: tally) == 6)
        #expect(goal.wanted == 10)
    }

    @Test func `Runs are those of one kind alone, and those of several kinds are a kind of their own`() throws {
        let tally = try Self.tally([:], runs: ["redelivery": 4, "2 kinds together": 3, "4 kinds together": 1])
        #expect(Goal.runs(10, of: .redelivery).reached(in: tally) == 4)
        #expect(Goal.runs(10).reached(in: tally) == 4)
    }

    @Test func `What is farthest away comes next, seeds are never the same, and what is under way counts`() throws {
        var progress = WholeCommand.Progress(from: 7, goals: [.runs(4, of: .none, seeds: 2), .runs(2, of: .poison, seeds: 2)])
        let begun = [progress.begin(), progress.begin(), progress.begin()]
        let first = try #require(begun[0])
        #expect(first.1 == ["--json", "--from", "7", "--seeds", "2", "--fault", "none"])
        let second = try #require(begun[1])
        #expect(second.1 == ["--json", "--from", "7", "--seeds", "2", "--fault", "poison"])
        let third = try #require(begun[2])
        #expect(third.1 == ["--json", "--from", "9", "--seeds", "2", "--fault", "none"])
        #expect(progress.begin() == nil)
        for (index, name) in [(first.0, "none"), (second.0, "poison"), (third.0, "none")] {
            #expect(!progress.isComplete)
            progress.end(index, try JSONSerialization.data(withJSONObject: ["coverage": [:], "faults": [name: ["runs": 2]]]))
        }
        #expect(progress.isComplete)
    }

    @Test func `A goal that comes no nearer is given up, and what printed nothing is told`() throws {
        var progress = WholeCommand.Progress(from: 1, goals: [.runs(1, of: .none)])
        var count = 0
        while let (index, _) = progress.begin() {
            progress.end(index, nil)
            count += 1
        }
        #expect(count == 6)
        #expect(!progress.isComplete)
        #expect(progress.lines.contains { $0.contains("printed no outcome") })
        #expect(progress.lines.contains { $0.contains("NOT reached") })
    }

    @Test func `A seed that broke something fails the whole`() throws {
        var progress = WholeCommand.Progress(from: 1, goals: [.runs(1, of: .none)])
        let begun = progress.begin()
        let index = try #require(begun).0
        progress.end(
            index,
            try JSONSerialization.data(withJSONObject: [
                "coverage": [:], "faults": ["none": ["runs": 1, "broken": 1]],
                "failed": [["violations": ["I1: something is lost"], "again": "deploy/faults --from 1"]],
            ]))
        #expect(!progress.isComplete)
        #expect(progress.lines.contains { $0.contains("I1: something is lost") })
    }

    @Test func `Every kind of trouble has a goal`() {
        #expect(Set(Fault.allCases).subtracting(Goal.all.flatMap(\.faults)) == [])
    }
}
