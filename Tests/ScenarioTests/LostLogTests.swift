import Contracts
import Foundation
import KafkaClient
import PostgresClient
import TestSupport
import Testing

private let isEmbedded = (ProcessInfo.processInfo.environment["TUESDAY_TEST_KAFKA"] ?? "").isEmpty

/// Topics that lose records, on the embedded broker: nobody skips what is gone, and PostgreSQL fills it again.
@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: isEmbedded, "only the embedded broker is ours to destroy"))
struct LostLogTests {
    /// 200 requests that everybody has seen, and 60 more that only intake has. Of one notification there is a receipt.
    private func leaveWork(in scenario: Scenario) async throws {
        let workers = try await scenario.start()
        try await scenario.send(Submissions.invented(200, channel: "seen"))
        try await scenario.awaitRequests(200)
        try await scenario.awaitQuiet(within: .seconds(180))
        let told = try await scenario.records(of: .notifications).first?.header("ce_id")
        let receipt = try await API(url: scenario.url).post("/v1/notifications/\(try #require(told))/receipt", "")
        #expect(receipt.status == 204)
        for worker in workers.dropFirst() { try await worker.stop() }
        try await scenario.send(Submissions.invented(60, channel: "unseen"))
        try await scenario.awaitRequests(260)
        try await workers[0].stop()
    }

    /// Lanes that have applied records, with their offsets: what was lost was lost for these. The requests sit in no
    /// more partitions than they were accepted in, so that of some partition nobody may have read anything.
    private func lanesInUse(in scenario: Scenario) async throws -> [String: Int64] {
        let sql = "select consumer_group || '/' || topic || '/' || partition, next_offset from tuesday.lane where next_offset > 0"
        let lanes = try await scenario.pool.withConnection { connection in
            try await connection.query(PostgresStatement(unprepared: sql)).map { try ($0.string(0), $0.int64(1)) }
        }
        return Dictionary(uniqueKeysWithValues: lanes)
    }

    /// Workers that wait for an operator: each says so, and none of these lanes has moved.
    private func expectAlarm(
        _ workers: [WorkerProcess], in scenario: Scenario, verb: String, lanes before: [String: Int64]
    ) async throws {
        for worker in workers {
            var said = ""
            try await eventually("\(worker.name) asks for `\(verb)`; it says \(said)", within: .seconds(180)) {
                guard let readiness = try await Scenario.readiness(of: worker) else { return false }
                said = readiness.text
                return !readiness.isReady && said.contains(verb)
            }
        }
        let after = try await lanesInUse(in: scenario)
        #expect(before.allSatisfy { after[$0.key] == $0.value })
    }

    private func expectAllIsWell(_ workers: [WorkerProcess], in scenario: Scenario, requests: Int) async throws {
        for worker in workers { try await scenario.awaitReady(worker) }
        // Their sender is not sure that these were read, and sends them again.
        try await scenario.send(Submissions.invented(60, channel: "unseen"))
        try await scenario.send(Submissions.invented(40, channel: "after"))
        try await scenario.awaitRequests(requests)
        try await scenario.awaitQuiet(within: .seconds(180))
        try await scenario.expectBooksBalance(distinctSubmissions: requests)
        for worker in workers { try await worker.stop() }
    }

    @Test
    func aRecreatedTopicIsNoticedAndFilledAgain() async throws {
        try await Scenario.run { lost in
            try await leaveWork(in: lost)
            let old = try await lost.records(of: .requests)
            try await lost.onEmptyBroker(isTakenForTheSame: true) { scenario in
                // The old offsets exist again on this topic, each with the record that came after; on the other they do
                // not exist.
                let shifted = Dictionary(grouping: old, by: \.partition).values.flatMap { $0.dropFirst() + $0 + $0.prefix(1) }
                try await scenario.send(shifted.map { record in
                    KafkaMessage(
                        topic: record.topic, partition: record.partition, key: record.key, value: record.value,
                        headers: record.headers)
                })
                let lanes = try await lanesInUse(in: scenario)
                let workers = try await scenario.launch()
                try await expectAlarm(workers, in: scenario, verb: "tuesday lanes recover", lanes: lanes)
                let plan = try await scenario.tuesday("lanes", "recover", "--dry-run")
                #expect(plan.contains("the topic was recreated") && plan.contains("the partition holds 0 to 0"))
                let said = try await scenario.tuesday("lanes", "recover")
                #expect(said.contains("\(lanes.count) lanes put back"))
                try await expectAllIsWell(workers, in: scenario, requests: 300)
                #expect(try await scenario.tuesday("lanes", "recover").contains("0 lanes put back"))
                try await expectLagIsShown(in: scenario)
            }
        }
    }

    /// Every lane has its lag from the broker; nobody is behind.
    private func expectLagIsShown(in scenario: Scenario) async throws {
        let table = try await scenario.tuesday("lanes")
        #expect(table.contains("lag") && table.contains("claims"))
        // Kafka assigns these; a lease that nobody renews while there is nothing to do says nothing about them.
        #expect(!table.split(separator: "\n").contains { $0.contains("tuesday.requests.v1") && $0.contains("ended") })
        let lanes = try await scenario.tuesday("lanes", "list", "--json")
        #expect(lanes.components(separatedBy: "\"lag\" : 0").count - 1 == 4 * Scenario.partitions)
    }

    @Test
    func aTopicTruncatedBeforeItWasReadIsNoticedAndFilledAgain() async throws {
        try await Scenario.run { scenario in
            try await leaveWork(in: scenario)
            // A partition of the embedded broker holds 5 MiB; what is older is dropped.
            let record = try #require(try await scenario.records(of: .requests).first)
            let large = record.headers + [KafkaHeader("padding", String(repeating: "x", count: 500_000))]
            let producer = try KafkaProducer(
                settings: ["bootstrap.servers": scenario.bootstrapServers, "compression.type": "none"])
            for _ in 0..<14 {
                let messages = (0..<Int32(Scenario.partitions)).map {
                    KafkaMessage(
                        topic: record.topic, partition: $0, key: record.key, value: record.value, headers: large)
                }
                for case .failed(let error) in try await producer.send(messages) { throw error }
            }
            await producer.close(timeoutMilliseconds: 5_000)
            let consumers = try await lanesInUse(in: scenario).filter { $0.key.contains(Topic.requests.rawValue) }
            let workers = try await scenario.launch()
            try await expectAlarm(
                Array(workers.dropFirst()), in: scenario, verb: "tuesday lanes recover", lanes: consumers)
            // Where statistics had read nothing it begins by itself: it has counted from PostgreSQL what is gone.
            let stopped = consumers.keys.filter { $0.hasPrefix("tuesday-stats/") }.count
            try await eventually("statistics has begun where it had read nothing") {
                try await lanesInUse(in: scenario).keys.filter { $0.hasPrefix("tuesday-stats/") }.count == Scenario.partitions
            }
            let said = try await scenario.tuesday("lanes", "recover")
            #expect(said.contains("\(2 * Scenario.partitions + stopped) lanes put back"))
            try await expectAllIsWell(workers, in: scenario, requests: 300)
        }
    }

    private func notifications(in scenario: Scenario, where condition: String) async throws -> Set<String> {
        let sql = "select lane_id || '-' || lane_seq from tuesday.notification where \(condition)"
        let ids = try await scenario.pool.withConnection { connection in
            try await connection.query(PostgresStatement(unprepared: sql)).map { try $0.string(0) }
        }
        #expect(!ids.isEmpty)
        return Set(ids)
    }

    @Test
    func aLostClusterIsFilledAgainBeforeAnybodyReads() async throws {
        try await Scenario.run { lost in
            try await leaveWork(in: lost)
            try await lost.onEmptyBroker(isTakenForTheSame: false) { scenario in
                let lanes = try await lanesInUse(in: scenario)
                let workers = try await scenario.launch()
                try await expectAlarm(workers, in: scenario, verb: "tuesday topics rebuild", lanes: lanes)
                let due = try await notifications(in: scenario, where: "receipt_at is null")
                #expect(try await scenario.tuesday("topics", "rebuild").contains("of 60 unfinished requests"))
                let told = Set(try await scenario.records(of: .notifications).compactMap { $0.header("ce_id") })
                #expect(due.isSubset(of: told))
                #expect(try await notifications(in: scenario, where: "receipt_at is not null").isDisjoint(with: told))
                let entries = try await scenario.records(of: .directory)
                #expect(Set(entries.compactMap(\.key)).count == TestCounty.roomy.villages.count)
                try await expectAllIsWell(workers, in: scenario, requests: 300)
                let all = try await scenario.start()
                #expect(try await scenario.tuesday("topics", "rebuild", "--all").contains("of 300 requests"))
                try await scenario.awaitQuiet(within: .seconds(180))
                try await scenario.expectBooksBalance(distinctSubmissions: 300)
                for worker in all { try await worker.stop() }
            }
        }
    }

    @Test
    func aRestoredDatabaseHandsOutNoNumberTwice() async throws {
        try await Scenario.run { lost in
            try await leaveWork(in: lost)
            try await lost.onEmptyBroker(isTakenForTheSame: false) { scenario in
                let told = try await notifications(in: scenario, where: "true")
                let said = try await scenario.tuesday("topics", "rebuild", "--restored")
                #expect(said.contains("lanes retired") && said.contains("of 60 unfinished requests"))
                // Workers read which version they decide by, and go by the new one.
                let version = try await scenario.count("select min(version) from register.county")
                #expect(version > 1_000_000)
                let entries = try await scenario.records(of: .directory)
                #expect(entries.allSatisfy { $0.header("ce_registerversion") == "\(version)" })
                try await expectAllIsWell(try await scenario.start(), in: scenario, requests: 300)
                let new = try await notifications(in: scenario, where: "true").subtracting(told)
                #expect(new.count >= 100)
                #expect(new.allSatisfy { Int32($0.prefix { $0 != "-" })! > 1_000_000 })
            }
        }
    }
}

extension Scenario {
    func awaitRequests(_ number: Int) async throws {
        try await eventually("\(number) submissions are requests") {
            try await count("select count(*) from tuesday.request") == number
        }
    }
}
