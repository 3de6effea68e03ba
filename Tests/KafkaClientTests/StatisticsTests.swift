import Synchronization
import Testing

@testable import KafkaClient

@Suite(.timeLimit(.minutes(5))) struct StatisticsTests {
    /// A consumer's document, shortened; `rx` answers, and so many connects to the first broker.
    private func document(rx: Int = 3, connects: Int = 2) -> String {
        func broker(_ source: String, _ state: String, _ connects: Int, _ rtt: String) -> String {
            """
            {"source":"\(source)","state":"\(state)","connects":\(connects),"disconnects":1,"req":{"Fetch":1},
             "int_latency":{"min":0,"cnt":1,"p50":7,"p99":9},"rtt":{"min":0,\(rtt)}}
            """
        }
        return """
            {"name":"a{b","type":"consumer","ts":1,"tx":12,"tx_bytes":1200,"rx":\(rx),"rx_bytes":300,"txmsgs":0,
             "rxmsgs":40,"msg_cnt":0,"msg_size":0,
             "brokers":{"one:1/1":\(broker("learned", "UP", connects, "\"cnt\":2,\"p50\":900,\"p99\":1500")),
             "one:1/bootstrap":\(broker("configured", "INIT", 0, "\"cnt\":0,\"p50\":0,\"p99\":0")),
             "group":\(broker("logical", "APIVERSION_QUERY", 5, "\"cnt\":2,\"p50\":800,\"p99\":2500")),
             ":0/internal":\(broker("internal", "UP", 100, "\"cnt\":9,\"p50\":1,\"p99\":9999"))},
             "topics":{"t.1":{"topic":"t.1","age":1.5,"partitions":{
              "0":{"x":[],"fetchq_size":70,"consumer_lag":7},"1":{"fetchq_size":5,"consumer_lag":-1},
              "-1":{"fetchq_size":0,"consumer_lag":4}}}},
             "cgrp":{"state":"up","rebalance_age":1250,"rebalance_cnt":3}}
            """
    }

    @Test("A document gives counts, latencies of the slowest broker, connections, and the lag of each partition")
    func reading() throws {
        let statistics = try KafkaStatistics(json: document())
        #expect(statistics.role == .consumer)
        #expect(statistics.totals.requests == 12)
        #expect(statistics.totals.responses == 3)
        #expect(statistics.totals.sentBytes == 1_200)
        #expect(statistics.totals.receivedBytes == 300)
        #expect(statistics.totals.receivedMessages == 40)
        #expect(statistics.totals.connects == 7)
        #expect(statistics.totals.disconnects == 3)
        #expect(statistics.totals.rebalances == 3)
        #expect(statistics.connections == [.up: 1, .idle: 1, .connecting: 1, .down: 0])
        #expect(statistics.roundTrip?.p50 == .microseconds(800))
        #expect(statistics.roundTrip?.p99 == .microseconds(2_500))
        #expect(statistics.queueing == nil)
        #expect(statistics.fetchedBytes == 75)
        #expect(statistics.rebalanceAge == .milliseconds(1_250))
        #expect(statistics.consumerLag == [KafkaPartition(topic: "t.1", partition: 0): 7])
    }

    @Test("What was added since the last document is never negative")
    func added() throws {
        let first = try KafkaStatistics(json: document())
        #expect(first.added == first.totals)
        let second = try KafkaStatistics(json: document(rx: 10, connects: 0), after: first.totals)
        #expect(second.added.responses == 7)
        #expect(second.added.requests == 0)
        #expect(second.added.connects == 0)
    }

    @Test("A document of another shape is an error, not zeros", arguments: ["", "[]", "{\"txmsgs\":", "{\"tx\":1}"])
    func malformed(_ json: String) {
        #expect(throws: DecodingError.self) { try KafkaStatistics(json: json) }
    }

    @Test("A producer tells what it sent, how long it took, and goes on counting on a new handle",
        .enabled(if: !Broker.isReal))
    func producer() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let (reports, report) = AsyncStream.makeStream(of: KafkaStatistics.self)
        let producer = try KafkaProducer(
            settings: broker.settings.merging(["statistics.interval.ms": "50"]) { $1 }, statistics: { report.yield($0) })
        var sums = KafkaTraffic()
        var sawLatency = false
        func follow(until messages: Int64) async throws {
            (sums, sawLatency) = try await within(seconds: 10, "the count of \(messages)") { [sums, sawLatency] in
                var (sums, sawLatency) = (sums, sawLatency)
                for await statistics in reports {
                    #expect(statistics.role == .producer)
                    #expect(statistics.rebalanceAge == nil)
                    sums.sentMessages += statistics.added.sentMessages
                    sums.sentBytes += statistics.added.sentBytes
                    if let queueing = statistics.queueing, let roundTrip = statistics.roundTrip {
                        sawLatency = queueing.p99 > .zero && roundTrip.p99 > .zero && statistics.connections[.up]! > 0
                    }
                    if sums.sentMessages >= messages { break }
                }
                return (sums, sawLatency)
            }
        }
        _ = try await producer.send(numbered(topic, 0..<25))
        try await follow(until: 25)
        #expect(sawLatency)
        #expect(sums.sentBytes > 25)
        // OUT_OF_ORDER_SEQUENCE_NUMBER for a first attempt: the broker lost what it knew of this producer.
        try broker.embedded?.failNext(api: 0, with: [45])
        _ = try await producer.send(numbered(topic, 25..<26))
        _ = try await within(seconds: 20, "a send after the fatal error") {
            try await producer.send(numbered(topic, 26..<36))
        }
        try await follow(until: 35)
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("A consumer tells what it fetched, its lag, and when its group last changed")
    func consumer() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let producer = try broker.producer()
        _ = try await producer.send(numbered(topic, 0..<40, padding: 100))
        await producer.close(timeoutMilliseconds: 5000)
        let (reports, report) = AsyncStream.makeStream(of: KafkaStatistics.self)
        let consumer = try KafkaConsumer(
            settings: broker.settings.merging(["statistics.interval.ms": "50"]) { $1 },
            group: "group-\(UInt64.random(in: 0 ... .max))", topics: [topic], statistics: { report.yield($0) })
        let partition = try await consumer.nextAssignment()[0]
        try await consumer.start(partition, at: 0)
        _ = try await consumer.records(of: partition, count: 40)
        try await consumer.commit([partition: 30])
        try await within(seconds: 20, "40 messages and a lag of 10") {
            var received: Int64 = 0
            var rebalances: Int64 = 0
            for await statistics in reports {
                received += statistics.added.receivedMessages
                rebalances += statistics.added.rebalances
                guard received >= 40, statistics.consumerLag[partition] == 10 else { continue }
                #expect(statistics.totals.receivedBytes > 40)
                #expect(rebalances >= 1)
                #expect((statistics.rebalanceAge ?? .seconds(-1)) >= .zero)
                return
            }
        }
        await consumer.close(timeoutMilliseconds: 5000)
    }
}
