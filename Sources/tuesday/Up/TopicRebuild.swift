import Contracts
import Domain
import KafkaClient
import PostgresClient
import Store

/// Puts into a log that began empty what some group still has to read, from the events in PostgreSQL.
///
/// A broker in memory forgets everything when it stops; requests that were not routed, counted or given their deadlines
/// by then would wait for ever. Republishing an event that a group has applied is harmless: deciding groups look at the
/// request's row, folding ones at the last `seq`.
struct TopicRebuild: Sendable {
    /// What was done for one log.
    struct Outcome: Sendable {
        var requests = 0
        var events = 0
    }

    let pool: PostgresPool
    let producer: KafkaProducer
    /// Requests read and published at a time.
    var pageSize: Int64 = 500

    /// Publishes, and then marks the log as rebuilt, upon which waiting workers begin.
    ///
    /// - Parameter limit: events at most before the log is marked: what does not fit into a log in memory is published by
    ///   ``finish(after:pause:)`` while the workers read.
    /// - Returns: the last request published when there are more, nil when that was all.
    func begin(log: Int32, limit: Int) async throws -> (outcome: Outcome, next: UInt128?) {
        var outcome = Outcome()
        var last: UInt128? = 0
        while let after = last, outcome.events < limit { last = try await publishPage(after: after, &outcome) }
        try await pool.withConnection { connection in
            try await connection.query(
                "update tuesday.log set rebuilt_at = clock_timestamp() where id = $1 and rebuilt_at is null", [.int32(log)])
        }
        return (outcome, last)
    }

    /// Publishes what is left, calling `pause` before each page so that the groups can keep up.
    func finish(after: UInt128, pause: () async throws -> Void) async throws -> Outcome {
        var outcome = Outcome()
        var last: UInt128? = after
        while let after = last {
            try await pause()
            last = try await publishPage(after: after, &outcome)
        }
        return outcome
    }

    /// The last request of the page; nil when there was none.
    private func publishPage(after: UInt128, _ outcome: inout Outcome) async throws -> UInt128? {
        let parameters: [PostgresParameter] = [.uuid(after), .int64(pageSize)]
        let rows = try await pool.withConnection { try await $0.query(RebuildStatements.unread, parameters) }
        guard rows.count > 0 else { return nil }
        var messages: [KafkaMessage] = []
        messages.reserveCapacity(rows.count)
        var last = after
        for row in rows {
            let request = try row.uuid(0)
            if request != last { outcome.requests += 1 }
            last = request
            guard let type = EventType(rawValue: try row.int16(2)) else {
                throw CommandFailure("an event of request \(RequestID(request)) has the unknown type \(try row.int16(2))")
            }
            let message = RequestEventRecord.message(
                request: RequestID(request), seq: try row.int32(1), type: type,
                at: Instant(microseconds: try row.timestamp(3)), body: try row.utf8(4), laneSeq: 0)
            messages.append(
                KafkaMessage(
                    topic: message.topic.rawValue, key: message.key, value: message.value,
                    headers: message.headers.map { KafkaHeader($0.name, $0.value) }, timestampMilliseconds: message.at))
        }
        for delivery in try await producer.send(messages) {
            if case .failed(let error) = delivery { throw error }
        }
        outcome.events += messages.count
        return last
    }
}
