import Testing

@testable import KafkaClient

struct LingerTests {
    @Test("Without a linger whatever is there is taken at once")
    func none() {
        #expect(LingerPatience(.none).isOver)
    }

    @Test("An unfilled batch waits from its first record on, and no longer")
    func deadline() {
        var patience = LingerPatience(KafkaLinger(milliseconds: 100))
        patience.look(at: 0, now: 1_000)
        #expect(!patience.isOver && patience.until == nil)
        for (count, now) in [(1, 5_000), (9, 5_099)] as [(Int, Int64)] {
            patience.look(at: count, now: now)
            #expect(!patience.isOver && patience.until == 5_100)
        }
        patience.look(at: 10, now: 5_100)
        #expect(patience.isOver)
    }

    @Test("Where nothing comes any more the rest of the wait is left out")
    func quiet() {
        var patience = LingerPatience(KafkaLinger(milliseconds: 1_000, quietMilliseconds: 200))
        for (count, now, until) in [(1, 0, 200), (2, 199, 399), (2, 300, 399)] as [(Int, Int64, Int64)] {
            patience.look(at: count, now: now)
            #expect(!patience.isOver && patience.until == until)
        }
        patience.look(at: 2, now: 399)
        #expect(patience.isOver)
    }

    @Test("Whatever keeps coming is waited for until the first record's wait is over")
    func busy() {
        var patience = LingerPatience(KafkaLinger(milliseconds: 1_000, quietMilliseconds: 200))
        for step in 0..<10 {
            patience.look(at: step + 1, now: Int64(step * 100))
            #expect(!patience.isOver)
        }
        #expect(patience.until == 1_000)
        patience.look(at: 11, now: 1_000)
        #expect(patience.isOver)
    }
}
