import Testing
import Workflow

struct GroupCommitTests {
    /// Callers that come just as it stops are served or refused, never forgotten.
    @Test(.timeLimit(.minutes(5)))
    func `Everybody is answered or refused when it stops`() async throws {
        for _ in 0..<200 {
            let commit = GroupCommit<Int, Int>(maximumPending: 100)
            await withTaskGroup { tasks in
                tasks.addTask { await commit.run { $0 } }
                for number in 0..<8 {
                    tasks.addTask { _ = try? await commit.submit(number) }  // refused when it came too late
                }
                tasks.addTask { commit.stop() }
            }
        }
    }

    @Test func `A bad item fails alone`() async throws {
        struct Bad: Error {}
        let commit = GroupCommit<Int, Int>(maximumPending: 100)
        let serving = Task {
            await commit.run { items in
                if items.contains(3) { throw LaneFault.failed("3") }
                return items
            }
        }
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<6 {
                tasks.addTask {
                    do { #expect(try await commit.submit(number) == number && number != 3) } catch { #expect(number == 3) }
                }
            }
        }
        commit.stop()
        await serving.value
    }
}
