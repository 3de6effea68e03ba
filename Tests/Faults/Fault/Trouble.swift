import Contracts
import Domain
import Foundation
import KafkaClient
import PostgresClient
import Synchronization
import TestSupport

/// Makes what goes wrong go wrong, in one installation.
final class Trouble: Sendable {
    let installation: Installation
    /// A mistake that all workers make all the time.
    let planted: String?
    /// Slots that stay empty until the run is over.
    private let gone = Mutex<Set<String>>([])
    /// Records are gone that somebody had not read.
    private let mustRecover = Mutex(false)
    private let covered = Mutex<[String: Int]>([:])
    private let counted = Mutex<[String: Int]>([:])

    init(_ installation: Installation, planted: String?) {
        self.installation = installation
        self.planted = planted
    }

    /// How often what went wrong where: `kill-at-site transaction.begun tuesday-router`.
    var coverage: [String: Int] { covered.withLock { $0 } }

    func act(_ fault: Fault, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        switch fault {
        case .killAtSite: try await killAtSites(&random)
        case .killAtRandom:
            for _ in 0..<random.between(1, 4) {
                let slot = slot(&random)
                slot.signal(SIGKILL)
                cover("\(fault.rawValue) - \(slot.program)")
                try await sleep(random.between(100, 900))
            }
        case .killAll:
            for _ in 0..<2 {
                for slot in installation.slots { slot.signal(SIGKILL) }
                cover("\(fault.rawValue) - all")
                try await sleep(random.between(300, 1_200))
            }
        case .stop:
            let slot = slot(&random)
            slot.signal(SIGSTOP)
            cover("\(fault.rawValue) - \(slot.program)")
            try await sleep(Installation.sessionMilliseconds + random.between(-500, 4_500))
            slot.signal(SIGCONT)
        case .stopAtSite: try await stopAtSite(&random)
        case .terminate: try await terminate(slot(&random))
        case .rebalanceStorm:
            for _ in 0..<random.between(2, 4) {
                let program = Installation.programs[random.below(4)]
                for slot in installation.slots(of: program).dropFirst() { try await terminate(slot) }
                try await sleep(random.between(50, 700))
            }
            cover("\(fault.rawValue) - all")
        case .intakeGone:
            let slot = installation.slots(of: "tuesday-intake")[random.below(2)]
            _ = gone.withLock { $0.insert(slot.name) }
            slot.want(false)
            slot.arm("produce.before=kill@1", planted: planted)
            try await sleep(1_500)
            slot.signal(SIGKILL)
            cover("\(fault.rawValue) - tuesday-intake")
        case .claimDelayed:
            // By the next rebalance, which a neighbour's leaving brings about, another claim overtakes this one.
            let slot = slot(&random)
            slot.arm("lane.before-claim=delay~\(random.between(1_000, 5_000))@\(random.between(1, 3))", planted: planted)
            for _ in 0..<2 {
                for neighbour in installation.slots(of: slot.program) where neighbour.name != slot.name {
                    neighbour.signal(SIGKILL)
                }
                cover("\(fault.rawValue) - \(slot.program)")
                try await sleep(random.between(1_500, 3_500))
            }
        case .commitLanded: try await lose(.landed, fault, &random)
        case .commitUndone: try await lose(.undone, fault, &random)
        case .commitLate: try await lose(.late, fault, &random)
        // It is the clients who make it.
        case .poison, .identical:
            try await sleep(1_500)
            cover("\(fault.rawValue) - clients")
        case .redelivery: try await redeliver(&random)
        case .truncated: try await truncate()
        case .none: break
        case .postgresKilled, .backendsTerminated, .postgresStalled, .connectionsCut, .rowsLocked, .connectionsExhausted:
            try await actOnDatabase(fault, &random)
        case .brokersDown, .leadersMoved, .unacknowledged, .reportsDropped, .brokerErrors, .kafkaStalled, .kafkaCut,
            .kafkaDrips:
            try await actOnBrokers(fault, &random)
        }
    }

    /// Nothing goes wrong any more, except that who is gone stays away.
    func heal() async throws {
        collectDeeds()
        try await installation.heal(planted: planted)
        if mustRecover.withLock({ $0 }), planted != "out-of-range-swallowed" {
            mustRecover.withLock { $0 = false }
            _ = try await installation.tuesday("lanes", "recover")
        }
        let away = gone.withLock { $0 }
        for slot in installation.slots where away.contains(slot.name) {
            slot.want(false)
            slot.signal(SIGKILL)
        }
    }

    /// Whoever was gone may come back.
    func forgive() {
        gone.withLock { $0 = [] }
        for slot in installation.slots { slot.want(true) }
    }

    func isAway(_ slot: WorkerSlot) -> Bool { gone.withLock { $0.contains(slot.name) } }

    func cover(_ what: String, _ count: Int = 1) { covered.withLock { $0[what, default: 0] += count } }

    func slot(_ random: inout SeededRandom) -> WorkerSlot { installation.slots[random.below(installation.slots.count)] }

    func sleep(_ milliseconds: Int) async throws { try await Task.sleep(for: .milliseconds(milliseconds)) }

    /// What the failpoints did since the last look.
    func collectDeeds() {
        for slot in installation.slots {
            let deeds = slot.page.deeds
            let known = counted.withLock { counted in
                defer { counted[slot.name] = deeds.count }
                return counted[slot.name] ?? 0
            }
            for deed in deeds.dropFirst(known) {
                let words = deed.split(separator: " ")
                guard words.count == 2 else { continue }
                cover("\(words[1].split(separator: "~")[0])-at-site \(words[0]) \(slot.program)")
            }
            for loss in slot.proxy.losses.dropFirst(lossesKnown(slot)) { cover("commit-\(loss.rawValue) COMMIT \(slot.program)") }
        }
    }

    private let lossesCounted = Mutex<[String: Int]>([:])

    private func lossesKnown(_ slot: WorkerSlot) -> Int {
        let count = slot.proxy.losses.count
        return lossesCounted.withLock { counted in
            defer { counted[slot.name] = count }
            return counted[slot.name] ?? 0
        }
    }

    // MARK: processes

    /// One death after the other in a few slots, each at another place.
    private func killAtSites(_ random: inout SeededRandom) async throws {
        let victims = installation.slots.shuffled(using: &random).prefix(4)
        for _ in 0..<random.between(2, 3) {
            for slot in victims {
                let sites = Sites.of(slot.program)
                slot.arm("\(sites[random.below(sites.count)])=kill@\(random.between(1, 3))", planted: planted)
            }
            try await sleep(random.between(700, 1_300))
        }
    }

    private func stopAtSite(_ random: inout SeededRandom) async throws {
        let slot = slot(&random)
        let site = Sites.delicate[random.below(Sites.delicate.count)]
        let before = slot.page.deeds.count
        slot.arm("\(site)=stop@\(random.between(1, 3))", planted: planted)
        for _ in 0..<40 where slot.page.deeds.count == before { try await sleep(50) }
        try await sleep(Installation.sessionMilliseconds + random.between(-500, 4_500))
        slot.arm("", planted: planted)
        slot.signal(SIGCONT)
    }

    private func terminate(_ slot: WorkerSlot) async throws {
        guard let process = slot.process, !process.hasEnded else { return }
        slot.signal(SIGTERM)
        let deadline = ContinuousClock.now + .seconds(40)
        while !process.hasEnded, ContinuousClock.now < deadline { try await sleep(30) }
        cover("terminate - \(slot.program)")
        guard process.hasEnded else { throw ScenarioFailure("\(slot.name) does not stop within 40 s of SIGTERM") }
    }

    private func lose(_ kind: PostgresProxy.CommitLoss, _ fault: Fault, _ random: inout SeededRandom) async throws {
        for _ in 0..<random.between(1, 4) {
            let slot = slot(&random)
            slot.proxy.lose(kind, countdown: random.between(1, 3))
            try await sleep(random.between(200, 700))
        }
    }

    /// Fills every partition of the requests topic beyond what the brokers keep, while nobody reads.
    ///
    /// A record may be as large as it likes: blanks after the JSON are no content.
    private func truncate() async throws {
        for slot in installation.slots { slot.signal(SIGSTOP) }
        defer { for slot in installation.slots { slot.signal(SIGCONT) } }
        // Seen by the harness, so that only the workers miss it.
        let all = try await installation.topics.ends()
        try await installation.topics.awaitRead(to: all)
        let ends = all.filter { $0.key.topic == Topic.requests.rawValue && $0.value > 0 }
        guard !ends.isEmpty else { return }
        let blanks = [UInt8](repeating: 0x20, count: 900_000)
        guard let (event, body) = try await oneEvent() else { return }
        for partition in ends.keys {
            for _ in 0..<7 {
                _ = try await installation.producer.send([
                    KafkaMessage(
                        topic: partition.topic, partition: partition.partition, key: event.key, value: body + blanks,
                        headers: event.headers.map { KafkaHeader($0.name, $0.value) })
                ])
            }
        }
        mustRecover.withLock { $0 = true }
        cover("truncated - \(ends.count)-partitions")
    }

    private func oneEvent() async throws -> (OutgoingMessage, [UInt8])? {
        try await installation.pool.withConnection { connection in
            let rows = try await connection.query("select request_id, seq, type, at, body from tuesday.event limit 1")
            return try rows.first.map { row in
                let body = try row.utf8(4)
                return (
                    RequestEventRecord.message(
                        request: RequestID(try row.uuid(0)), seq: try row.int32(1),
                        type: EventType(rawValue: try row.int16(2))!, at: Instant(microseconds: try row.timestamp(3)),
                        body: body, laneSeq: 0), body
                )
            }
        }
    }

    /// Publishes every event of the installation again, the latest first as often as not.
    private func redeliver(_ random: inout SeededRandom) async throws {
        let messages = try await installation.pool.withConnection { connection in
            try await connection.query("select request_id, seq, type, at, body from tuesday.event order by at limit 4000").map { row in
                let message = RequestEventRecord.message(
                    request: RequestID(try row.uuid(0)), seq: try row.int32(1), type: EventType(rawValue: try row.int16(2))!,
                    at: Instant(microseconds: try row.timestamp(3)), body: try row.utf8(4), laneSeq: 0)
                return KafkaMessage(
                    topic: message.topic.rawValue, key: message.key, value: message.value,
                    headers: message.headers.map { KafkaHeader($0.name, $0.value) }, timestampMilliseconds: message.at)
            }
        }
        // What is not delivered is only not repeated.
        _ = try? await installation.producer.send(random.below(2) == 0 ? messages : messages.reversed())
        cover("redelivery - all")
    }
}
