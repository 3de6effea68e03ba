import Contracts
import Domain
import Synchronization
import Testing
import Workflow

struct SharedReadingTests {
    /// Answers a look when the test opens the gate, and remembers what was asked for.
    private final class Gated: BatchReading {
        let looks = Mutex<[[String]]>([])
        private let gates: AsyncStream<Void>
        let gate: AsyncStream<Void>.Continuation

        init() { (gates, gate) = AsyncStream.makeStream(of: Void.self) }

        func cadres(codes: [String]) async throws -> [String: Cadre.ID] {
            looks.withLock { $0.append(codes) }
            for await _ in gates { break }
            var found: [String: Cadre.ID] = [:]
            for code in codes where code != "nobody" { found[code] = Cadre.ID(Int32(code.count)) }
            return found
        }

        func requests(_ ids: [RequestID]) async throws -> [RequestID: RequestView] { [:] }
        func request(_ id: RequestID) async throws -> RequestView? { nil }
        func requests(_ filter: RequestFilter) async throws -> RequestPage { RequestPage(requests: [], next: nil) }
        func cadre(code: String) async throws -> Cadre.ID? { nil }
        func liveFigures() async throws -> LiveFigures {
            LiveFigures(byState: [], waitingByReason: [], breached: 0, now: Instant(seconds: 0))
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `A lone caller is served at once, and those who come meanwhile share the next look`() async throws {
        let gated = Gated()
        let reading = SharedReading(gated, maximumPending: 10)
        let serving = Task { await reading.run() }
        let first = Task { try await reading.cadre(code: "a") }
        while gated.looks.withLock({ $0.isEmpty }) { await Task.yield() }
        let others = ["bb", "nobody", "dddd"].map { code in Task { try await reading.cadre(code: code) } }
        while reading.waitingCount < 3 { await Task.yield() }
        gated.gate.yield()
        gated.gate.yield()
        let lone = try await first.value
        #expect(lone == Cadre.ID(1))
        var found: [Cadre.ID?] = []
        for other in others { found.append(try await other.value) }
        #expect(found == [Cadre.ID(2), nil, Cadre.ID(4)])
        #expect(gated.looks.withLock { $0.map { Set($0) } } == [["a"], ["bb", "nobody", "dddd"]])
        reading.stop()
        await serving.value
    }

    @Test func `More callers than it may hold are refused`() async throws {
        let reading = SharedReading(Gated(), maximumPending: 0)
        await #expect(throws: GroupCommit<String, Cadre.ID?>.Overloaded.self) { try await reading.cadre(code: "a") }
    }
}
