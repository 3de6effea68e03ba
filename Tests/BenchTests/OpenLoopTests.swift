import Testing

@testable import tuesday

@Suite struct OpenLoopTests {
    @Test func `an item is due from its own instant on`() {
        let loop = OpenLoop(rate: 10, count: 5)
        #expect(loop.due(after: 0) == 1)
        #expect(loop.due(after: 0.0999) == 1)
        #expect(loop.due(after: 0.2) == 3)
        #expect(loop.due(after: 60) == 5)
        #expect(OpenLoop(offsets: []).due(after: 1) == 0)
    }

    @Test func `every item is sent once, in order, and none before it is due`() async throws {
        let running = OpenLoop.Running(OpenLoop(rate: 2_000, count: 50))
        var sent: [Int] = []
        var early = 0
        try await running.run { due in
            sent += due
            let elapsed = running.elapsed
            early += due.count { running.loop.offsets[$0] > elapsed }
        }
        #expect(sent == Array(0..<50))
        #expect(early == 0)
    }
}

@Suite struct LatenciesTests {
    @Test func `a percentile is the latency that so many do not exceed`() {
        var latencies = Latencies()
        for number in 1...1_000 { latencies.record(microseconds: Int64(number) * 1_000) }
        #expect(latencies.count == 1_000)
        #expect((499...501).contains(latencies.milliseconds(atPercentile: 50)))
        #expect((989...991).contains(latencies.milliseconds(atPercentile: 99)))
        #expect((999...1_001).contains(latencies.longestMilliseconds))
    }

    @Test func `clocks that disagree make no negative latency`() {
        var latencies = Latencies()
        latencies.record(microseconds: -5)
        #expect(latencies.milliseconds(atPercentile: 50) == 0)
        #expect(Latencies().milliseconds(atPercentile: 99) == 0)
    }

    @Test func `percentiles are named with their unit`() {
        var report = BenchReport("latency")
        report.add(Latencies(), "seen", "seen")
        #expect(report.figures.map(\.name) == ["seen_p50_ms", "seen_p90_ms", "seen_p99_ms", "seen_p999_ms", "seen_longest_ms"])
    }
}
