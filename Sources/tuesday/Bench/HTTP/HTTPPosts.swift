import Contracts
import Domain
import NIOCore
import PostgresClient

/// Runs of POSTs whose every answer is held against the database.
struct HTTPPosts: Sendable {
    let ground: BenchGround
    let source: SubmissionSource
    /// Whether the other workers run, and must have done their part.
    var isRouted = true

    /// Runs `send` on so many new submissions, and waits for all that follows from them.
    /// - Throws: ``CommandFailure`` unless every one was accepted, under an id that exists, and the books balance.
    func checked(
        _ count: Int, name: String,
        _ send: ([ByteBuffer], @escaping @Sendable (Int) -> Void) async throws -> HTTPLoad.Run
    ) async throws -> (run: HTTPLoad.Run, use: ResourceUse) {
        let requests = requests(count, label: RunLabel.make("http"))
        let books = try await BenchBooks.open(ground.pool, ground.admin)
        let progress = ProgressBox(name, of: count, ground.console)
        let (run, use) = try await ground.metered { try await send(requests) { progress.show($0) } }
        progress.end()
        try await close(books, run, count)
        return (run, use)
    }

    func requests(_ count: Int, label: String) -> [ByteBuffer] {
        (0..<count).map { LoadRequest.submit(source.submission($0, label: label, channel: "http")) }
    }

    /// Every answer was 201 and names a request of its own.
    func close(_ books: BenchBooks, _ run: HTTPLoad.Run, _ count: Int) async throws {
        guard run.successCount == count else {
            let statuses = run.statuses.sorted { $0.key < $1.key }.map { "\($0.value) of status \($0.key)" }
            throw CommandFailure(
                "no result: of \(count) requests \(statuses.joined(separator: ", ")); the first said: \(run.firstFailure ?? "")")
        }
        _ = try await books.close(expecting: count, isRouted: isRouted)
        let ids = run.ids.compactMap { RequestID($0)?.value }
        let found = try await ground.pool.withConnection { connection in
            try await connection.query(
                "select count(*) from tuesday.request where id = any($1)", [.uuids(ids)])[0].int(0)
        }
        guard found == count else {
            throw CommandFailure("no result: \(count) requests were answered with an id, and \(found) of the ids exist")
        }
    }

    /// One POST at a time, and after each one a commit of a single row: what durability costs at that moment.
    func lonePairs(_ count: Int, _ load: HTTPLoad) async throws -> (posts: Latencies, commits: Latencies) {
        var (posts, commits) = (Latencies(), Latencies())
        let requests = requests(count, label: RunLabel.make("lone"))
        let books = try await BenchBooks.open(ground.pool, ground.admin)
        try await ground.pool.withConnection { connection in
            try await connection.execute(
                script: "create schema if not exists bench; create table if not exists bench.lone (at timestamptz)")
            for request in requests {
                // A moment of rest lets what the last one set off come to its end.
                try await Task.sleep(for: .milliseconds(20))
                let began = ContinuousClock.now
                let answer = try await load.first.exchange(request)
                let turned = ContinuousClock.now
                guard answer.status == 201 else {
                    throw CommandFailure("no result: a lone POST was answered with status \(answer.status)")
                }
                try await Task.sleep(for: .milliseconds(20))
                let again = ContinuousClock.now
                try await connection.query("insert into bench.lone values (clock_timestamp())")
                posts.record(microseconds: Int64((turned - began) / .microseconds(1)))
                commits.record(microseconds: Int64((ContinuousClock.now - again) / .microseconds(1)))
            }
        }
        _ = try await books.close(expecting: count, isRouted: isRouted)
        return (posts, commits)
    }
}
