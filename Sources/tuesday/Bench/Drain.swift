import Contracts
import Domain
import Foundation
import KafkaClient
import PostgresClient
import Store

/// What one drain measured.
struct DrainRun: Sendable {
    var requests: Int
    var seconds: Double
    /// Of every process on the machine, from the kernel.
    var cpuSeconds: Double
    var walBytes: Double
    var assignedShare: Double
    var hotShare: Double

    var rate: Double { Double(requests) / seconds }
    var cpuSecondsPer100k: Double { cpuSeconds * 100_000 / Double(requests) }
    var walBytesPerRequest: Double { walBytes / Double(requests) }
}

/// Puts submissions on the topic and waits until every group has applied everything that follows from them.
struct Drain {
    let pool: PostgresPool
    let register: Register
    let producer: KafkaProducer
    let admin: KafkaAdmin
    let partitions: Int

    func run(_ count: Int, label: String) async throws -> DrainRun {
        let messages = submissions(count, label: "\(label)-\(UInt32.random(in: 0 ... .max))")
        let before = try await facts()
        let cpuBefore = Self.machineCPUSeconds()
        let began = ContinuousClock.now
        var sent = 0
        var last = (progress: Int64(0), at: began)
        while true {
            let now = try await facts()
            let accepted = now.accepted - before.accepted
            // The broker in memory keeps some 25,000 records a partition: never be further ahead than a fifth of it.
            while sent < count, sent - Int(accepted) < partitions * 5_000,
                sent - Int((now.slowestEvents - before.slowestEvents) / 2) < partitions * 5_000
            {
                let end = min(count, sent + 5_000)
                for case .failed(let error) in try await producer.send(Array(messages[sent..<end])) { throw error }
                sent = end
                if end % 20_000 == 0 { break }
            }
            if accepted == Int64(count), now.slowestEvents - before.slowestEvents >= Int64(count) * 2 { break }
            let progress = now.accepted + now.slowestEvents
            if progress > last.progress { last = (progress, .now) }
            guard ContinuousClock.now - last.at < .seconds(60) else {
                throw CommandFailure(
                    "no progress for 60 s: \(accepted) of \(count) accepted; see the workers' logs")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let cpu = Self.machineCPUSeconds() - cpuBefore
        let after = try await facts()
        try await check(count, before, after)
        return DrainRun(
            requests: count, seconds: seconds, cpuSeconds: cpu, walBytes: Double(after.walBytes - before.walBytes),
            assignedShare: Double(after.assigned - before.assigned) / Double(count),
            hotShare: Double(after.hotUpdates - before.hotUpdates) / Double(max(1, after.updates - before.updates)))
    }

    /// Everything balances, or the measurement is no result.
    private func check(_ count: Int, _ before: Facts, _ after: Facts) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        let facts = DayFacts(pool: pool, morning: 0)
        while true {
            let open = try await facts.unfinished(admin)
            if open.isEmpty { break }
            guard ContinuousClock.now < deadline else {
                throw CommandFailure("the run does not balance: \(open.joined(separator: "; "))")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        let counted = try await pool.withConnection { connection in
            try await connection.query(
                """
                select (select count(*) from tuesday.request), (select count(*) from tuesday.idempotency_key),
                    (select sum(received)::bigint from tuesday.statistic_village_hour),
                    (select sum(received)::bigint from tuesday.statistic_service_hour),
                    (select sum(assigned)::bigint from tuesday.statistic_village_hour),
                    (select count(*) from tuesday.assignment where number = 1)
                """)
        }[0]
        let requests = try counted.int64(0)
        for column in 1...3 where try counted.int64(column) != requests {
            throw CommandFailure(
                "the run does not balance: \(requests) requests, but \(try counted.int64(column)) in column \(column)")
        }
        guard try counted.int64(4) == counted.int64(5) else {
            throw CommandFailure("the run does not balance: assignments and their statistics differ")
        }
        guard after.accepted - before.accepted == Int64(count) else {
            throw CommandFailure("the run does not balance: \(after.accepted - before.accepted) of \(count) accepted")
        }
    }

    private func submissions(_ count: Int, label: String) -> [KafkaMessage] {
        let villages = register.villages.values.map(\.code).sorted()
        let services = register.services.values.map(\.code).sorted()
        return (0..<count).map { number in
            let source = "\(label)-\(number)"
            let submission = Submission(
                channel: "bench", sourceID: source, village: villages[number &* 7_919 % villages.count],
                service: services[number &* 104_729 % services.count], subject: "路灯不亮 Street light out",
                description: "村口的路灯已经三天不亮，晚上老人出行不便，请派人来看一下。编号 \(number)。",
                name: "居民\(number % 1_000)", phone: "000-0000-\(1_000 + number % 9_000)")
            return KafkaMessage(
                topic: Topic.submissions.rawValue, key: Array("bench:\(source)".utf8),
                value: SubmissionRecord.body(of: submission))
        }
    }

    struct Facts: Sendable {
        var accepted: Int64
        var slowestEvents: Int64
        var assigned: Int64
        var walBytes: Int64
        var updates: Int64
        var hotUpdates: Int64
    }

    /// From the lanes' few rows and the server's counters: reading it costs next to nothing.
    private func facts() async throws -> Facts {
        let row = try await pool.withConnection { connection in
            try await connection.query(
                """
                select coalesce(sum(l.next_offset) filter (where l.consumer_group = 'tuesday-intake'), 0)::bigint,
                    least(
                        coalesce(sum(l.next_offset) filter (where l.consumer_group = 'tuesday-router'), 0),
                        coalesce(sum(l.next_offset) filter (where l.consumer_group = 'tuesday-followup'), 0),
                        coalesce(sum(l.next_offset) filter (where l.consumer_group = 'tuesday-stats'), 0))::bigint,
                    (select coalesce(sum(c.open), 0)::bigint from register.cadre_load c),
                    pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,
                    (select sum(t.n_tup_upd)::bigint from pg_stat_user_tables t),
                    (select sum(t.n_tup_hot_upd)::bigint from pg_stat_user_tables t)
                from tuesday.lane l
                where l.partition >= 0
                """)
        }[0]
        return Facts(
            accepted: try row.int64(0), slowestEvents: try row.int64(1), assigned: try row.int64(2),
            walBytes: try row.int64(3), updates: try row.int64(4), hotUpdates: try row.int64(5))
    }

    /// Busy time of all processors since the machine started: everything in the first line of /proc/stat but idle
    /// and waiting.
    private static func machineCPUSeconds() -> Double {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let line = text.split(separator: "\n").first
        else { return 0 }
        let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard ticks.count >= 8 else { return 0 }
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
