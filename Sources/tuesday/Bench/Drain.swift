import Contracts
import KafkaClient
import PostgresClient

/// Who takes submissions from a topic, and how to see how far it is.
struct DrainTarget: Sendable {
    let topic: String
    /// Answers how many submissions were accepted so far, and how many of the requests are through every stage.
    let progress: PostgresStatement

    /// Read from the lanes' few rows, so that looking costs next to nothing. Each request becomes two records of the
    /// requests topic: received, and assigned or waiting.
    static let tuesday = DrainTarget(
        topic: Topic.submissions.rawValue,
        progress: """
            select coalesce(sum(l.next_offset) filter (where l.consumer_group = 'tuesday-intake'), 0)::bigint,
                least(
                    coalesce(sum(l.next_offset) filter (where l.consumer_group = 'tuesday-router'), 0),
                    coalesce(sum(l.next_offset) filter (where l.consumer_group = 'tuesday-followup'), 0),
                    coalesce(sum(l.next_offset) filter (where l.consumer_group = 'tuesday-stats'), 0))::bigint / 2
            from tuesday.lane l
            where l.partition >= 0
            """)
}

/// How fast a drain went.
struct DrainPace: Sendable {
    let requests: Int
    let seconds: Double
    /// Requests through every stage, in each of ``interval`` seconds.
    let rates: [Double]
    /// Keys and values of the submissions.
    let submissionBytes: Int

    static let interval = 0.25

    var rate: Double { Double(requests) / seconds }
}

/// Puts submissions on a topic and waits until everything that follows from them is done.
struct Drain: Sendable {
    let ground: BenchGround
    let source: SubmissionSource
    var target = DrainTarget.tuesday
    /// False once somebody who should be at work has ended.
    var isAlive: @Sendable () -> Bool = { true }

    /// What is to be sent is made before the time begins.
    func messages(_ count: Int, label: String) -> [KafkaMessage] {
        (0..<count).map { number in
            let submission = source.submission(number, label: label)
            return KafkaMessage(
                topic: target.topic, key: Array("bench:\(submission.sourceID ?? "")".utf8),
                value: SubmissionRecord.body(of: submission))
        }
    }

    /// The time runs from the first record produced until the last one's request is through every stage.
    func run(_ messages: [KafkaMessage], name: String) async throws -> DrainPace {
        let count = messages.count
        let before = try await progress()
        let began = ContinuousClock.now
        var progressLine = BenchProgress(name, console: ground.console)
        var rates: [Double] = []
        var sampled = (through: 0, at: began)
        var moved = (sum: 0, at: began)
        var sent = 0
        while true {
            let now = try await progress()
            let (accepted, through) = (now.accepted - before.accepted, now.through - before.through)
            // As far ahead as the broker can hold, and back to looking after every few thousand.
            var room = 20_000
            while sent < count, room > 0, sent - min(accepted, through) < ground.window {
                let end = min(count, sent + 5_000)
                for case .failed(let error) in try await ground.producer.send(Array(messages[sent..<end])) { throw error }
                room -= end - sent
                sent = end
            }
            progressLine.show(through, of: count)
            let at = ContinuousClock.now
            let elapsed = (at - sampled.at) / .seconds(1)
            if elapsed >= DrainPace.interval {
                rates.append(Double(through - sampled.through) / elapsed)
                sampled = (through, at)
            }
            if accepted >= count, through >= count { break }
            if accepted + through > moved.sum { moved = (accepted + through, at) }
            guard at - moved.at < .seconds(60), isAlive() else {
                throw CommandFailure(
                    "no more progress: \(accepted) of \(count) accepted, \(through) through; see the workers' logs")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        progressLine.end()
        return DrainPace(
            requests: count, seconds: seconds, rates: rates,
            submissionBytes: messages.reduce(0) { $0 + $1.byteCount })
    }

    private func progress() async throws -> (accepted: Int, through: Int) {
        let row = try await ground.pool.withConnection { try await $0.query(target.progress) }[0]
        return (try row.int(0), try row.int(1))
    }
}
