import Testing

@testable import Faults

struct ActivityTests {
    @Test func `A run in which nothing was accepted, moved or published tells nothing`() {
        let plan = RunPlan(seed: 1, faults: [.none])
        let residents = plan.numbers(of: .resident).count
        let enough = Activity(accepted: residents, moved: 1, published: residents + 1)
        #expect(enough.shortfall(plan) == nil)
        #expect(Activity().shortfall(plan) != nil)
        var less = enough
        less.accepted -= 1
        #expect(less.shortfall(plan)?.contains("submissions") == true)
        less = enough
        less.moved = 0
        #expect(less.shortfall(plan)?.contains("no move") == true)
        less = enough
        less.published -= 1
        #expect(less.shortfall(plan)?.contains("published") == true)
    }
}
