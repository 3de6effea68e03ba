import Synchronization
import Testing

@testable import Runtime

@Suite(.timeLimit(.minutes(5)))
struct LogWatchTests {
    private struct Away: Error {}

    /// Answers in turn, the last one again and again; nil: does not answer.
    private final class Cluster: Sendable {
        private let answers: [String?]
        private let asked = Mutex(0)

        init(_ answers: String?...) { self.answers = answers }

        var askedCount: Int { asked.withLock { $0 } }
        var watch: LogWatch { LogWatch(name: { try self.answer() }, urgent: .milliseconds(1), usual: .milliseconds(3)) }

        private func answer() throws -> String {
            let turn = asked.withLock { asked in
                defer { asked += 1 }
                return min(asked, answers.count - 1)
            }
            guard let answer = answers[turn] else { throw Away() }
            return answer
        }
    }

    @Test func `Another cluster is noticed, and one that does not answer is no other`() async {
        let cluster = Cluster("one", nil, "two", "unnamed", "two", nil, "unnamed", "unnamed", "two", "two")
        #expect(await cluster.watch.firstChange(of: "one", isUrgent: { true }) == "two")
        #expect(cluster.askedCount == 10)
    }

    @Test func `Where all is well it is asked seldom, but asked`() async {
        #expect(await Cluster("two").watch.firstChange(of: "one", isUrgent: { false }) == "two")
    }

    @Test func `It ends when it is cancelled`() async {
        let watching = Task { await Cluster("one").watch.firstChange(of: "one", isUrgent: { true }) }
        watching.cancel()
        #expect(await watching.value == nil)
    }
}
