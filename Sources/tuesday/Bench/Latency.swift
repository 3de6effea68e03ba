import Contracts
import Domain
import KafkaClient
import PostgresClient
import Runtime

/// Submissions on the topic at given instants, and how long each took until it was accepted and assigned.
struct Latency: Sendable {
    /// What a run measured; latencies count from the instant a submission was meant to be sent.
    struct Run: Sendable {
        /// Until the `assigned` event was seen on the topic.
        var seen = Latencies()
        /// Until the instant that the assignment's row tells: its transaction had begun and was about to commit.
        var assigned = Latencies()
        /// Likewise the request's row.
        var accepted = Latencies()
        /// Until the submission was handed to the producer: the generator's own share.
        var handedOver = Latencies()
        /// The 99th percentile of ``seen`` in each part of the run, by the intended instant.
        var course: [Double] = []
        /// From the first intended instant to the last sighting, in seconds.
        var seconds = 0.0
    }

    let ground: BenchGround
    let source: SubmissionSource
    let producer: KafkaProducer
    let watch: EventWatch

    func run(_ loop: OpenLoop, name: String, books: BenchBooks) async throws -> Run {
        let label = RunLabel.make("latency")
        let messages = Drain(ground: ground, source: source).messages(loop.count, label: label)
        _ = watch.take()
        var result = Run()
        let running = OpenLoop.Running(loop)
        let handedOver = try await send(messages, running, name)
        for (item, late) in handedOver.enumerated() {
            result.handedOver.record(microseconds: Int64((late - loop.offsets[item]) * 1_000_000))
        }
        try await awaitSightings(loop.count)
        result.seconds = running.elapsed
        try await join(label, running, books, &result)
        return result
    }

    /// Returns when each was handed over, in seconds since the beginning.
    private func send(_ messages: [KafkaMessage], _ running: OpenLoop.Running, _ name: String) async throws -> [Double] {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var times: [Double] = []
            times.reserveCapacity(messages.count)
            var progress = BenchProgress(name, console: ground.console)
            var looked = 0.0
            try await running.run { due in
                let now = running.elapsed
                times.append(contentsOf: repeatElement(now, count: due.count))
                let part = Array(messages[due])
                group.addTask { [producer] in
                    for case .failed(let error) in try await producer.send(part) { throw error }
                }
                guard now - looked > 0.25 else { return }
                looked = now
                progress.show(due.upperBound, of: messages.count)
                guard due.upperBound - watch.count < ground.window else {
                    throw CommandFailure(
                        "no result: \(due.upperBound - watch.count) submissions wait after \(Int(now)) s; the rate is too "
                            + "high for this machine, and the embedded broker would soon drop records")
                }
            }
            progress.end()
            try await group.waitForAll()
            return times
        }
    }

    private func awaitSightings(_ count: Int) async throws {
        var last = (count: 0, at: ContinuousClock.now)
        while watch.count < count {
            let now = watch.count
            if now > last.count { last = (now, .now) }
            // Requests that nobody could be assigned to are never seen; the closing of the books tells how many.
            guard ContinuousClock.now - last.at < .seconds(10) else { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Puts the sightings and the rows together with the intended instants.
    private func join(
        _ label: String, _ running: OpenLoop.Running, _ books: BenchBooks, _ result: inout Run
    ) async throws {
        var seen: [RequestID: Instant] = [:]
        for sighting in watch.take() {
            seen[sighting.request] = min(seen[sighting.request] ?? sighting.at, sighting.at)
        }
        let rows = try await ground.pool.withConnection { connection in
            try await connection.query(
                """
                select r.id, s.source_id, r.accepted_at, r.assigned_at
                from tuesday.request r
                join personal.submission s on s.request_id = r.id
                where r.id >= $1 and r.assigned_at is not null
                """, [.uuid(books.first)])
        }
        var course = Array(repeating: Latencies(), count: 40)
        let last = running.loop.offsets.last ?? 0
        for row in rows {
            let source = try row.string(1)
            guard source.hasPrefix(label), let item = Int(source.dropFirst(label.count + 1)) else { continue }
            let intended = running.intended(item)
            result.accepted.record(microseconds: try row.timestamp(2) - intended.microseconds)
            result.assigned.record(microseconds: try row.timestamp(3) - intended.microseconds)
            guard let at = seen[RequestID(try row.uuid(0))] else { continue }
            result.seen.record(microseconds: at.microseconds - intended.microseconds)
            let part = last > 0 ? min(39, Int(running.loop.offsets[item] / last * 40)) : 0
            course[part].record(microseconds: at.microseconds - intended.microseconds)
        }
        result.course = course.map { $0.milliseconds(atPercentile: 99) }
    }
}
