import Testing

@testable import KafkaClient

struct LingerTests {
    @Test("Without a linger whatever is there is taken at once")
    func none() {
        #expect(LingerPatience(.none).isOver)
    }

    @Test("An unfilled batch waits from the first look at a record on, and no longer")
    func deadline() {
        var patience = LingerPatience(KafkaLinger(milliseconds: 100))
        patience.look(newestAt: nil, now: 1_000)
        #expect(!patience.isOver && patience.until == nil)
        for now in [5_000, 5_099] as [Int64] {
            patience.look(newestAt: now, now: now)
            #expect(!patience.isOver && patience.until == 5_100)
        }
        patience.look(newestAt: 5_100, now: 5_100)
        #expect(patience.isOver)
    }

    @Test("Where nothing comes any more the rest of the wait is left out")
    func quiet() {
        var patience = LingerPatience(KafkaLinger(milliseconds: 1_000, quietMilliseconds: 200))
        patience.look(newestAt: 0, now: 0)
        #expect(!patience.isOver && patience.until == 200)
        patience.look(newestAt: 1, now: 200)
        #expect(!patience.isOver && patience.until == 201)
        patience.look(newestAt: 1, now: 201)
        #expect(patience.isOver)
    }

    @Test("Whatever keeps coming is waited for until the wait is over")
    func busy() {
        var patience = LingerPatience(KafkaLinger(milliseconds: 1_000, quietMilliseconds: 200))
        var now: Int64 = 0
        while !patience.isOver {
            patience.look(newestAt: now, now: now)
            if let until = patience.until { now = max(now + 1, until - 10) }
        }
        #expect((1_000...1_010).contains(now) && patience.until == 1_000)
    }

    @Test("What came long ago is not waited for, nor is anything without a time of quiet")
    func past() {
        for linger in [KafkaLinger(milliseconds: 1_000, quietMilliseconds: 0), KafkaLinger(milliseconds: 1_000, quietMilliseconds: 50)] {
            var patience = LingerPatience(linger)
            patience.look(newestAt: 100, now: 150)
            #expect(patience.isOver)
        }
    }
}
