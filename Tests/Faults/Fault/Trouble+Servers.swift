import Chance
import Contracts
import Foundation
import Glibc
import PostgresClient

/// Trouble with PostgreSQL and with the brokers.
extension Trouble {
    func actOnDatabase(_ fault: Fault, _ random: inout SeededRandom) async throws {
        switch fault {
        case .postgresKilled:
            for _ in 0..<random.between(4, 7) {
                try await installation.crashDatabase(downMilliseconds: random.between(50, 1_000))
                cover("\(fault.rawValue) - postgresql")
                try await sleep(random.between(300, 1_500))
            }
        case .backendsTerminated:
            for _ in 0..<random.between(4, 16) {
                // Whoever is at it just now; a harness's own connection is spared.
                let end = random.below(3) == 0 ? "pg_cancel_backend" : "pg_terminate_backend"
                let count = try? await installation.count(
                    """
                    select count(\(end)(pid))
                    from (
                        select pid
                        from pg_stat_activity
                        where datname = current_database() and application_name like 'tuesday-%'
                        order by state = 'active' desc, random()
                        limit \(random.between(1, 3))) victims
                    """)
                cover("\(fault.rawValue) \(end) postgresql", count ?? 0)
                try await sleep(random.between(20, 200))
            }
        case .postgresStalled:
            for _ in 0..<3 {
                let milliseconds = random.between(500, 3_500)
                for slot in installation.slots { slot.proxy.stall(milliseconds: milliseconds) }
                cover("\(fault.rawValue) - postgresql")
                try await sleep(milliseconds + random.between(100, 500))
            }
        case .connectionsCut:
            for _ in 0..<random.between(6, 12) {
                slot(&random).proxy.cutAll()
                cover("\(fault.rawValue) - postgresql")
                try await sleep(random.between(50, 400))
            }
        case .diskFull:
            guard let disk = installation.server.disk else { return }
            disk.fill()
            defer { disk.empty() }
            try await sleep(random.between(1_500, 4_000))
            disk.empty()
            // It may have given up, and comes back then as after a crash.
            let doesAnswer = (try? await installation.pool.withConnection { try await $0.query("select 1").count }) == 1
            if !doesAnswer { try await installation.crashDatabase(downMilliseconds: 50) }
            cover("disk-full \(doesAnswer ? "held-out" : "gave-up") postgresql")
        case .rowsLocked:
            let tables = [
                "tuesday.lane order by id", "tuesday.request order by id", "register.cadre_load order by cadre_id",
            ]
            for table in tables.shuffled(using: &random) {
                let seconds = Double(random.between(500, 3_000)) / 1_000
                try? await installation.pool.transaction { connection in
                    try await connection.query(
                        PostgresStatement(unprepared: "select 1 from \(table) limit 30 for no key update"))
                    cover("\(fault.rawValue) \(table.prefix { $0 != " " }) postgresql")
                    try await connection.query(PostgresStatement(unprepared: "select pg_sleep(\(seconds))"))
                }
            }
        case .connectionsExhausted:
            let pool = PostgresPool(
                PostgresSettings(
                    conninfo: "host=\(installation.direct.directory) port=5432 user=tuesday_operator "
                        + "dbname=\(installation.database)",
                    applicationName: "exhaustion", maximumConnections: 150))
            await withTaskGroup(of: Void.self) { tasks in
                for _ in 0..<150 {
                    tasks.addTask {
                        try? await pool.withConnection {
                            _ = try await $0.query(PostgresStatement(unprepared: "select pg_sleep(1.5)"))
                        }
                    }
                }
                // Others must find no room: their own connections go.
                tasks.addTask { [installation] in
                    try? await Task.sleep(for: .milliseconds(300))
                    for slot in installation.slots { slot.proxy.cutAll() }
                }
            }
            await pool.close()
            cover("\(fault.rawValue) - postgresql")
        default: break
        }
    }

    func actOnBrokers(_ fault: Fault, _ random: inout SeededRandom) async throws {
        let broker = installation.broker
        switch fault {
        case .brokersDown:
            for _ in 0..<random.between(2, 4) {
                let all = random.below(3) == 0
                let victims = all ? Array(1...BrokerProcess.brokerCount) : [someBroker(&random)]
                for number in victims { try await broker.tell("down \(number)") }
                cover("\(fault.rawValue) \(all ? "all" : "one") brokers")
                try await sleep(random.between(300, 3_000))
                for number in victims { try await broker.tell("up \(number)") }
                try await sleep(random.between(200, 1_000))
            }
        case .leadersMoved:
            for _ in 0..<random.between(2, 8) {
                let topic = [Topic.requests, .submissions, .notifications][random.below(3)]
                let partition = random.below(Installation.partitions)
                let (leader, coordinator) = (someBroker(&random), someBroker(&random))
                try await broker.tell("leader \(topic.rawValue) \(partition) \(leader)")
                let group = ConsumerGroup.allCases[random.below(4)]
                try await broker.tell("coordinator \(group.rawValue) \(coordinator)")
                cover("\(fault.rawValue) - brokers")
                try await sleep(random.between(50, 500))
            }
        case .unacknowledged:
            for _ in 0..<3 {
                for number in 1...BrokerProcess.brokerCount {
                    try await broker.tell("delay 0 \(random.between(1, 4)) 3500 \(number)")
                    cover("\(fault.rawValue) - brokers")
                }
                try await sleep(random.between(1_000, 3_000))
            }
        case .reportsDropped:
            for _ in 0..<random.between(8, 14) {
                let site = random.below(2) == 0 ? "produce.reported" : "produce.before"
                slot(&random).arm("\(site)=drop@\(random.between(1, 3))", planted: planted)
                try await sleep(random.between(100, 600))
            }
        case .brokerErrors:
            let errors = Self.brokerErrors.flatMap { api, codes in codes.map { (api, $0) } }.shuffled(using: &random)
            for (index, (api, code)) in errors.prefix(20).enumerated() {
                try await broker.tell("errors \(api) \(code)")
                cover("broker-errors \(api):\(code) brokers")
                // Who comes back joins the group, and asks for its coordinator, a producer's number and the rest.
                if index % 6 == 0 { slot(&random).signal(SIGKILL) }
                try await sleep(random.between(50, 400))
            }
        case .kafkaStalled:
            for _ in 0..<2 {
                let milliseconds = random.between(500, 5_000)
                for slot in installation.slots { slot.kafkaProxy?.stall(milliseconds: milliseconds) }
                cover("\(fault.rawValue) - brokers")
                try await sleep(milliseconds + random.between(100, 500))
            }
        case .kafkaCut:
            for _ in 0..<random.between(2, 8) {
                for slot in installation.slots { slot.kafkaProxy?.cutAnswers(random.between(1, 3)) }
                cover("\(fault.rawValue) - brokers")
                try await sleep(random.between(50, 500))
            }
        case .kafkaDrips:
            let milliseconds = random.between(500, 3_000)
            for slot in installation.slots { slot.kafkaProxy?.drip(milliseconds: milliseconds) }
            cover("\(fault.rawValue) - brokers")
            try await sleep(milliseconds)
        default: break
        }
    }

    private func someBroker(_ random: inout SeededRandom) -> Int { random.between(1, BrokerProcess.brokerCount) }

    /// The protocol's numbers of requests, and what brokers may answer to them.
    private static let brokerErrors: [(api: Int, codes: [Int])] = [
        // Produce: unknown topic, not the leader, timed out, too few replicas; out of order is the end of that producer.
        (0, [3, 6, 7, 19, 45, -195]),
        // Fetch: not the leader, and the connection gone.
        (1, [6, -195]),
        // OffsetCommit, Heartbeat, JoinGroup, SyncGroup: another coordinator, another generation, unknown, in progress;
        // fenced is the end of that consumer.
        (8, [16, 22, 25, 27, -195]), (12, [16, 22, 25, 27, 82, -195]), (11, [15, 16, 25, 82, -195]),
        (14, [16, 22, 25, 27, 82, -195]),
        // FindCoordinator, Metadata, InitProducerId.
        (10, [15, -195]), (3, [5, -195]), (22, [15, 16, -195]),
    ]
}
