import Foundation
import Testing

@testable import Faults

struct GoalTests {
    private static func tally(_ entries: Tally.Entry...) -> Tally {
        entries.reduce(into: Tally()) { $0.add($1) }
    }

    private static func alone(
        _ fault: Fault, _ coverage: [String: Int], _ more: (inout Tally.Entry) -> Void = { _ in }
    ) -> Tally.Entry {
        var entry = Tally.Entry(kinds: [fault.rawValue], coverage: coverage)
        more(&entry)
        return entry
    }

    private static func printed(_ entries: [Tally.Entry], failed: [Tally.Failure] = []) throws -> Data {
        try JSONEncoder().encode(Tally.Printed(seeds: entries.count, undecided: [], failed: failed, runs: entries))
    }

    @Test func `Instances are counted where their names begin so, and no others`() {
        let tally = Self.tally(
            Self.alone(.stopAtSite, ["stop-at-site a x": 3, "stop-at-site ab x": 4, "stop-at-site a y": 2, "stop - x": 7]))
        #expect(Goal.instances(10, of: .stopAtSite).reached(in: tally) == 9)
        #expect(Goal.instances(10, of: .stopAtSite, each: ["a"]).reached(in: tally) == 5)
        #expect(Goal.instances(10, of: .stopAtSite, each: ["a x"]).reached(in: tally) == 3)
        #expect(Self.tally(Self.alone(.reportsDropped, ["drop-at-site produce.before x": 2])).entries[0].kindsMet == 1)
        #expect(Self.tally(Self.alone(.reportsDropped, ["drop-at-site http.before-answer x": 2])).entries[0].kindsMet == 0)
    }

    @Test func `Much of one detail does not make up for little of another`() {
        let goal = Goal.instances(5, of: .timerRaces, each: ["timer-first", "close-first"])
        let tally = Self.tally(
            Self.alone(.timerRaces, ["close-against-timer timer-first requests": 50, "close-against-timer close-first requests": 1]))
        #expect(goal.reached(in: tally) == 6)
        #expect(goal.wanted == 10)
        #expect(goal.want == "5 instances each")
        #expect(goal.shown(in: tally) == (51, 1))
    }

    @Test func `Instances are shown with all runs that met one, and runs with their instances`() {
        let tally = Self.tally(
            Self.alone(.killAll, ["kill-all again all": 2]), Self.alone(.killAll, [:]),
            Tally.Entry(kinds: ["kill-all", "poison"], coverage: ["kill-all again all": 1, "poison deep t": 40]))
        let (instances, runs) = (Goal.instances(50, of: .killAll), Goal.runs(10, of: .killAll))
        #expect(instances.shown(in: tally) == (3, 2))
        #expect(instances.reached(in: tally) == 3)
        #expect(runs.shown(in: tally) == (2, 1))
        #expect(runs.reached(in: tally) == 1)
        #expect((instances.want, runs.want) == ("50 instances", "10 runs"))
    }

    @Test func `A run counts for its trouble when it met it, alone, and was judged`() {
        let met = ["redelivery - topics": 1]
        let goal = Goal.runs(10, of: .redelivery)
        #expect(goal.reached(in: Self.tally(Self.alone(.redelivery, met))) == 1)
        #expect(goal.reached(in: Self.tally(Self.alone(.redelivery, met) { $0.isBroken = true })) == 1)
        #expect(goal.reached(in: Self.tally(Self.alone(.redelivery, met) { $0.isDecided = false })) == 0)
        #expect(goal.reached(in: Self.tally(Self.alone(.redelivery, ["poison - topics": 1]))) == 0)
        #expect(goal.reached(in: Self.tally(Tally.Entry(kinds: ["poison", "redelivery"], coverage: met))) == 0)
        #expect(Goal.runs(10, of: .none).reached(in: Self.tally(Self.alone(.none, [:]))) == 1)
    }

    @Test func `What another trouble does in the same way is no instance of this one`() {
        let done = ["stop-at-site transaction.before-commit tuesday-router": 3]
        let tally = Self.tally(Self.alone(.stopAtSite, done), Self.alone(.stopAtEverySite, done))
        let goal = Goal.instances(100, of: .stopAtSite, each: ["transaction.before-commit"])
        #expect(goal.reached(in: tally) == 3)
        #expect(goal.shown(in: tally) == (3, 1))
        #expect(tally.coverage == ["stop-at-site transaction.before-commit tuesday-router": 6])
    }

    @Test func `A run of several kinds counts when it met two of them, and that it met all is told`() {
        let kinds = ["kill-all", "poison", "redelivery"]
        let (one, two) = (["poison deep t": 40, "stop - x": 3], ["poison deep t": 40, "kill-all again all": 1])
        let three = two.merging(["redelivery - topics": 3]) { $1 }
        let tally = Self.tally(
            Tally.Entry(kinds: kinds, coverage: one), Tally.Entry(kinds: kinds, coverage: two),
            Tally.Entry(kinds: kinds, coverage: three), Tally.Entry(kinds: kinds, coverage: three, isDecided: false))
        #expect(Goal.runs(10).reached(in: tally) == 2)
        #expect(tally.lines.contains("of 3 judged runs of several kinds, 2 met a working Tuesday with two of them or more, 1 with all"))
    }

    @Test func `Every kind of unreadable record is wanted by a name that records have`() throws {
        let goal = try #require(Goal.all.first { $0.faults == [.poison] && $0.wanted > 200 })
        #expect(PoisonRecord.details.count == Set(PoisonRecord.details).count)
        let tally = Self.tally(
            Self.alone(.poison, ["poison deep:typed tuesday.requests.v1": 1, "poison deep tuesday.submissions.v1": 2]))
        #expect(goal.shown(in: tally).instances == 3)
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
            let fault = try #require(Fault(rawValue: name))
            progress.end(index, try Self.printed([Self.alone(fault, ["poison - t": 1]), Self.alone(fault, ["poison - t": 1])]))
        }
        #expect(progress.isComplete)
    }

    @Test func `What was found before counts, with what it broke, and only the rest is begun`() throws {
        let earlier = Self.tally(
            Self.alone(.none, [:]), Self.alone(.none, [:]), Self.alone(.poison, ["poison - t": 1]), Self.alone(.poison, [:]))
        let goals: [Goal] = [.runs(2, of: .none, seeds: 1), .runs(3, of: .poison, seeds: 2), .runs(1, seeds: 1)]
        var progress = WholeCommand.Progress(from: 50, goals: goals, after: earlier)
        let begun = [progress.begin(), progress.begin(), progress.begin(), progress.begin()]
        #expect(begun.map { $0?.0 } == [2, 1, 1, nil])
        #expect(begun[1]?.1 == ["--json", "--from", "50", "--seeds", "2", "--fault", "poison"])
        #expect(!progress.isComplete)
        progress.end(1, try Self.printed([Self.alone(.poison, ["poison - t": 1]), Self.alone(.poison, ["poison - t": 1])]))
        progress.end(2, try Self.printed([Tally.Entry(kinds: ["none", "poison"], coverage: ["poison - t": 1])]))
        #expect(progress.isComplete)
        let broken = try Tally(
            json: Self.printed([], failed: [.init(seed: 1, faults: ["none"], violations: ["I1: something is lost"], again: "x")]))
        #expect(!WholeCommand.Progress(from: 50, goals: [], after: broken).isComplete)
    }

    @Test func `A goal that comes no nearer is given up, and what printed nothing is told`() throws {
        var progress = WholeCommand.Progress(from: 1, goals: [.runs(1, of: .none)])
        var count = 0
        while let (index, _) = progress.begin() {
            progress.end(index, nil, status: 9)
            count += 1
        }
        #expect(count == 6)
        #expect(!progress.isComplete)
        #expect(progress.lines.contains { $0.hasSuffix("printed no outcome, and ended with status or by signal 9") })
        #expect(progress.lines.contains { $0.contains("NOT reached") })
    }

    @Test func `A seed that broke something fails the whole`() throws {
        var progress = WholeCommand.Progress(from: 1, goals: [.runs(1, of: .none)])
        let begun = progress.begin()
        let index = try #require(begun).0
        progress.end(
            index,
            try Self.printed(
                [Self.alone(.none, [:]) { $0.isBroken = true }],
                failed: [.init(seed: 1, faults: ["none"], violations: ["I1: something is lost"], again: "deploy/faults --from 1")]))
        #expect(!progress.isComplete)
        #expect(progress.lines.contains { $0.contains("I1: something is lost") })
    }

    @Test func `Every kind of trouble has a goal`() {
        #expect(Set(Fault.allCases).subtracting(Goal.all.flatMap(\.faults)) == [])
    }

    @Test func `For what cannot be done here no campaign is begun, and the table says why`() throws {
        var progress = WholeCommand.Progress(
            from: 1, goals: [.runs(5, of: .diskFull), .runs(6, of: .none)], obstacles: [.diskFull: "only root can"])
        #expect(progress.begin()?.0 == 1)
        #expect(progress.begin() == nil)
        let row = try #require(progress.lines.first { $0.hasPrefix("disk-full") && $0.contains("5 runs") })
        #expect(row.contains("CANNOT be reached here: only root can"))
        #expect(!progress.isComplete)
    }

    @Test func `Of goals that are as far away a long one is begun first`() {
        var progress = WholeCommand.Progress(from: 1, goals: [.runs(6, of: .none), .runs(1, of: .crashLoop)])
        #expect(progress.begin()?.0 == 1)
    }
}
