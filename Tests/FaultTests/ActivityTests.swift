import Chance
import Testing

@testable import Faults

struct ActivityTests {
    private let plan = RunPlan(seed: 1, faults: [.none])

    private var enough: Activity {
        let residents = plan.numbers(of: .resident).count
        return Activity(accepted: residents, moved: 1, published: residents + 1)
    }

    @Test func `A run in which nothing was accepted or moved tells nothing`() {
        #expect(enough.shortfall(plan) == nil)
        #expect(Activity().shortfall(plan) != nil)
        var less = enough
        less.accepted -= 1
        #expect(less.shortfall(plan)?.contains("submissions") == true)
        less = enough
        less.moved = 0
        #expect(less.shortfall(plan)?.contains("no move") == true)
    }

    @Test func `What was accepted and is not on the log is broken`() {
        #expect(enough.unpublished == nil)
        var less = enough
        less.published -= 1
        #expect(less.unpublished?.hasPrefix("I2: ") == true)
    }

    @Test func `What the harness asks for itself is not the clients' doing, and they do not act on it`() {
        let history = History()
        history.end(history.begin(.submit(key: "k", body: 1), isDemanded: true), .request("a"))
        history.end(history.begin(.move(request: "a", move: "withdraw", actor: "resident"), isDemanded: true), .moved(seq: 2))
        #expect(history.activity(since: 0, published: 0).accepted == 0)
        #expect(history.activity(since: 0, published: 0).moved == 0)
        var random = SeededRandom(seed: 1)
        #expect(history.known(&random) == nil)
        history.end(history.begin(.submit(key: "l", body: 1)), .request("b"))
        #expect(history.activity(since: 0, published: 0).accepted == 1)
        #expect(history.known(&random) == "b")
    }
}
