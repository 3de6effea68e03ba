import Chance
import Contracts
import Foundation
import Glibc
import PostgresClient
import TestSupport

/// Trouble with PostgreSQL and with the brokers.
extension Trouble {
    func actOnDatabase(_ fault: Fault, _ random: inout SeededRandom) async throws {
        switch fault {
        case .postgresKilled:
            for _ in 0..<random.between(4, 7) {
                // It may be down for another reason.
                if try await installation.crashDatabase(downMilliseconds: random.between(50, 1_000)) {
                    cover("\(fault.rawValue) - postgresql")
                }
                try await sleep(random.between(300, 1_500))
            }
        case .backendsTerminated: try await endBackends(&random)
        case .postgresStalled:
            for _ in 0..<3 {
                let milliseconds = random.between(500, 3_500)
                for slot in installation.slots { slot.proxy.stall(milliseconds: milliseconds) }
                try await sleep(milliseconds)
                if installation.slots.contains(where: \.proxy.hasHeldBack) { cover("\(fault.rawValue) - postgresql") }
                try await sleep(random.between(100, 500))
            }
        case .connectionsCut:
            for _ in 0..<random.between(6, 12) {
                let proxy = slot(&random).proxy
                let before = proxy.cutCount
                proxy.cutAll()
                try await sleep(random.between(100, 400))
                // However many were closed: it is one time that connections were cut.
                if proxy.cutCount > before { cover("\(fault.rawValue) - postgresql") }
            }
        case .diskFull:
            guard let disk = installation.server.disk else { return }
            let complaint = ["No space left on device"]
            let before = installation.server.complaints(complaint).count
            disk.fill()
            defer { disk.empty() }
            try await eventually("the server finds no space on its disk", within: .seconds(20)) {
                installation.server.complaints(complaint).count > before
            }
            try await sleep(random.between(1_500, 4_000))
            disk.empty()
            // It may have given up, and comes back then as after a crash.
            let doesAnswer = (try? await installation.pool.withConnection { try await $0.query("select 1").count }) == 1
            if !doesAnswer { try await installation.crashDatabase(downMilliseconds: 50) }
            cover("disk-full \(doesAnswer ? "held-out" : "gave-up") postgresql")
        case .rowsLocked: try await lockRows(&random)
        case .connectionsExhausted:
            for _ in 0..<3 {
                await exhaustConnections()
                // Workers come back before there is no room again.
                try await sleep(random.between(300, 1_500))
            }
        default: break
        }
    }

    /// Takes every connection the server has to give, for three seconds.
    private func exhaustConnections() async {
        let before = installation.slots.map(\.proxy.refusedCount)
        let pool = PostgresPool(
            PostgresSettings(
                conninfo: "host=\(installation.direct.directory) port=5432 user=tuesday_operator "
                    + "dbname=\(installation.database)",
                applicationName: "exhaustion", maximumConnections: 220))
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<220 {
                tasks.addTask {
                    // Of so many some find no room themselves.
                    try? await pool.withConnection {
                        _ = try await $0.query(PostgresStatement(unprepared: "select pg_sleep(3)"))
                    }
                }
            }
            // Others must find no room: their own connections go.
            tasks.addTask { [installation] in
                for _ in 0..<4 {
                    try? await Task.sleep(for: .milliseconds(600))  // nobody cancels this
                    for slot in installation.slots { slot.proxy.cutAll() }
                }
            }
        }
        await pool.close()
        // However many were refused: it is one time that there was no room.
        if zip(installation.slots, before).contains(where: { $0.proxy.refusedCount > $1 }) {
            cover("\(Fault.connectionsExhausted.rawValue) refused postgresql")
        }
    }

    func actOnBrokers(_ fault: Fault, _ random: inout SeededRandom) async throws {
        let broker = installation.broker
        switch fault {
        case .brokersDown:
            for _ in 0..<random.between(2, 4) {
                let all = random.below(3) == 0
                let victims = all ? Array(1...BrokerProcess.brokerCount) : [someBroker(&random)]
                let before = victims.map { lostConnections(to: $0) }
                for number in victims { try await broker.tell("down \(number)") }
                try await sleep(random.between(300, 3_000))
                // Each was missed by somebody.
                if zip(victims, before).allSatisfy({ lostConnections(to: $0) > $1 }) {
                    cover("\(fault.rawValue) \(all ? "all" : "one") brokers")
                }
                for number in victims { try await broker.tell("up \(number)") }
                try await sleep(random.between(200, 1_000))
            }
        case .leadersMoved: try await moveSeats(&random)
        case .reportsDropped:
            for _ in 0..<random.between(8, 14) {
                let site = random.below(2) == 0 ? "produce.reported" : "produce.before"
                slot(&random).arm("\(site)=drop@\(random.between(1, 3))", planted: planted)
                try await sleep(random.between(100, 600))
            }
        case .kafkaStalled:
            for _ in 0..<2 {
                let milliseconds = random.between(500, 5_000)
                for slot in installation.slots { slot.kafkaProxy?.stall(milliseconds: milliseconds) }
                try await sleep(milliseconds)
                coverHeldBack(fault)
                try await sleep(random.between(100, 500))
            }
        case .kafkaCut:
            let before = installation.slots.map { $0.kafkaProxy?.cutCount ?? 0 }
            for _ in 0..<random.between(2, 8) {
                for slot in installation.slots { slot.kafkaProxy?.cutAnswers(random.between(1, 3)) }
                try await sleep(random.between(50, 500))
            }
            for (slot, count) in zip(installation.slots, before) {
                cover("\(fault.rawValue) within-a-frame \(slot.program)", (slot.kafkaProxy?.cutCount ?? 0) - count)
            }
        case .kafkaDrips:
            let milliseconds = random.between(500, 3_000)
            for slot in installation.slots { slot.kafkaProxy?.drip(milliseconds: milliseconds) }
            try await sleep(milliseconds)
            coverHeldBack(fault)
        default: break
        }
    }

    /// Partitions get other leaders, and groups other coordinators.
    private func moveSeats(_ random: inout SeededRandom) async throws {
        var seats = Seats(brokers: BrokerProcess.brokerCount)
        for _ in 0..<random.between(2, 8) {
            let topic = [Topic.requests, .submissions, .notifications][random.below(3)]
            let partition = random.below(Installation.partitions)
            let group = ConsumerGroup.allCases[random.below(4)]
            for seat in ["leader \(topic.rawValue) \(partition)", "coordinator \(group.rawValue)"] {
                for order in seats.move(seat, &random) {
                    try await installation.broker.tell("\(seat) \(order.broker)")
                    if order.isMove { cover("leaders-moved \(seat.prefix { $0 != " " }) brokers") }
                }
            }
            try await sleep(random.between(50, 500))
        }
    }

    /// How many connections workers have lost to a broker, or did not get; those that a proxy sees.
    private func lostConnections(to number: Int) -> Int {
        let ports = BrokerPorts.ports(installation.broker.bootstrap)
        guard ports.indices.contains(number - 1) else { return 0 }
        return installation.slots.compactMap { $0.kafkaProxy?.lostCount(of: ports[number - 1]) }.reduce(0, +)
    }

    private func someBroker(_ random: inout SeededRandom) -> Int { random.between(1, BrokerProcess.brokerCount) }

    private func coverHeldBack(_ fault: Fault) {
        for slot in installation.slots where slot.kafkaProxy?.hasHeldBack == true {
            cover("\(fault.rawValue) - \(slot.program)")
        }
    }
}
