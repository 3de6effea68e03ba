import Chance
import Contracts
import Domain
import Foundation
import KafkaClient
import PostgresClient
import TestSupport

/// Records that come again.
extension Trouble {
    /// So many may be unread at once: brokers that keep topics in memory drop what is more than they hold.
    private static let portion = 2_000

    /// Publishes every event of the installation again, and every submission that became a request, the latest first as often
    /// as not.
    func redeliver(_ random: inout SeededRandom) async throws {
        _ = try await anEvent(chance: random.next())
        let events = try await events("order by at, request_id, seq").map(Self.message)
        for _ in 0..<3 {
            try await repeatAll(random.below(2) == 0 ? events : events.reversed())
            // What was refused may be sent again, and is refused again.
            let requests = Set(
                try await installation.texts("select source_id from personal.submission where channel = 'gateway'"))
            try await repeatAll(history.certainMessages.filter { requests.contains($0.key) }.map(\.value))
            cover("redelivery - topics")
        }
    }

    /// One event as it is on the topic. Where nothing has happened yet it is waited for: there is nothing to repeat, to spoil or
    /// to fill a topic with.
    ///
    /// - Parameter chance: picks it among those that there are.
    func anEvent(chance: UInt64) async throws -> OutgoingMessage {
        let deadline = ContinuousClock.now + .seconds(40)
        while ContinuousClock.now < deadline {
            if let event = try await events("order by md5(request_id::text || seq || '\(chance)') limit 1").first { return event }
            try await sleep(100)
        }
        throw HarnessFailure("after 40 s there is no event")
    }

    static func message(_ message: OutgoingMessage) -> KafkaMessage {
        KafkaMessage(
            topic: message.topic.rawValue, key: message.key, value: message.value,
            headers: message.headers.map { KafkaHeader($0.name, $0.value) }, timestampMilliseconds: message.at)
    }

    /// - Parameter clauses: which of them, in which order.
    func events(_ clauses: String) async throws -> [OutgoingMessage] {
        try await installation.ask { connection in
            try await connection.query(
                PostgresStatement(unprepared: "select request_id, seq, type, at, body from tuesday.event \(clauses)")
            ).map { row in
                RequestEventRecord.message(
                    request: RequestID(try row.uuid(0)), seq: try row.int32(1), type: EventType(rawValue: try row.int16(2))!,
                    at: Instant(microseconds: try row.timestamp(3)), body: try row.utf8(4), laneSeq: 0)
            }
        }
    }

    /// Returns when all were delivered and every group has read them.
    private func repeatAll(_ messages: [KafkaMessage]) async throws {
        for start in stride(from: 0, to: messages.count, by: Self.portion) {
            try await deliver(Array(messages[start..<min(start + Self.portion, messages.count)]))
            // Whoever does not answer just now is asked again.
            var ends: [KafkaPartition: Int64] = [:]
            try await eventually("the brokers say where the topics end", within: .seconds(60)) {
                ends = (try? await installation.topics.ends()) ?? [:]
                return !ends.isEmpty
            }
            try await installation.topics.awaitRead(to: ends)
            try await awaitApplied(to: ends, "what was repeated")
        }
    }

    /// Waits until every group has applied everything up to these ends, as long as what is left gets less: load that goes on
    /// meanwhile, and whatever else is out of order, are no standstill.
    ///
    /// - Parameter what: is to be applied then; for the sentence when it is not.
    func awaitApplied(to ends: [KafkaPartition: Int64], _ what: String) async throws {
        var patience = Patience(Run.patience, from: .now)
        var left: Quiet.Left?
        while ContinuousClock.now < patience.deadline {
            do {
                left = try await Quiet.behind(installation, ends)
                if left == nil { return }
                patience.look(left, isHealed: true, at: .now)
            } catch {
                // Whoever does not answer just now is asked again.
            }
            // Lanes tell nobody how far they are.
            try await sleep(100)
        }
        throw ScenarioFailure("\(what) is not applied: \(left?.sentence ?? "nobody could tell")")
    }

    /// Sends what fails again, until nothing does: brokers may be out of order at the same time.
    func deliver(_ messages: [KafkaMessage]) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        var left = messages
        while !left.isEmpty {
            guard ContinuousClock.now < deadline else {
                throw HarnessFailure("\(left.count) records were not acknowledged within 60 s")
            }
            // What cannot be sent at all is sent again as well.
            guard let deliveries = try? await installation.producer.send(left) else {
                try await sleep(200)
                continue
            }
            left = zip(left, deliveries).compactMap { message, delivery in
                if case .failed = delivery { message } else { nil }
            }
        }
    }
}
