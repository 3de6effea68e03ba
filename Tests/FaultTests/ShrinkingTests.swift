import Testing

@testable import Faults

struct ShrinkingTests {
    @Test func `What a failure does not need is left out`() async {
        var asked = 0
        let left = await Shrinking.shrink(5, attempts: 100) { acts in
            asked += 1
            return acts.contains(1) && acts.contains(3)
        }
        #expect(left == [1, 3])
        #expect(asked == 5)
    }

    @Test func `It asks no more often than it may, and never about nothing`() async {
        var asked = 0
        let left = await Shrinking.shrink(5, attempts: 2) { _ in
            asked += 1
            return true
        }
        #expect(left == [2, 3, 4])
        #expect(asked == 2)
        #expect(await Shrinking.shrink(1, attempts: 9) { _ in true } == [0])
    }

    @Test func `A smaller plan says how it is repeated, however often it was made smaller`() {
        let plan = RunPlan(seed: 7, faults: [.killAll, .poison, .stop])
        #expect(plan.command == "deploy/faults --from 7 --seeds 1 --fault kill-all,poison,stop-and-continue")
        let smaller = plan.keeping([0, 2])
        #expect(smaller.acts.map(\.seed) == [plan.acts[0].seed, plan.acts[2].seed])
        #expect(smaller.keeping([1]).command == plan.command + " --acts 2")
    }

    @Test func `A run may be smaller by those who are at work as well, and is repeated with those who are left`() {
        let plan = RunPlan(seed: 7, faults: [.killAll, .poison])
        #expect(plan.partCount == 2 + plan.clients.count)
        let all = plan.keeping(parts: Array(0..<plan.partCount))
        #expect(all.command == plan.command)
        let alone = plan.keeping(parts: [1, 2])
        #expect(alone.acts.map(\.seed) == [plan.acts[1].seed])
        #expect(alone.clients == [Client(.resident, 0)])
        #expect(alone.command == plan.command + " --acts 1 --clients r0")
        #expect(plan.keeping(parts: []).command == plan.command + " --acts '' --clients ''")
        #expect(plan.clients.map { Client($0.description) } == plan.clients)
        #expect(Client("x1") == nil)
        #expect(Client("r") == nil)
    }

    @Test func `A plan's command says what was not as usual`() {
        let plan = RunPlan(seed: 7, faults: [.overdueTimers], shape: Shape(copies: 3, keep: 1, overdue: 9))
        #expect(plan.command == "deploy/faults --from 7 --seeds 1 --fault overdue-timers --copies 3 --keep 1 --overdue 9")
        #expect(plan.copies == 3)
        #expect((3...6).contains(RunPlan(seed: 7, faults: [.rebalanceStorm]).copies))
    }
}
