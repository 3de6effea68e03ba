import PostgresClient

/// Fills the database with requests of the past, as many as a measurement is to find there, in every table that the
/// workers would have written: `tuesday verify` and a recompute find nothing wrong.
///
/// Of a hundred requests one is open (assigned an hour ago, with deadlines days ahead), the others were received,
/// assigned, acknowledged and resolved within the last two hundred days. Before any worker starts.
struct Preload: Sendable {
    let pool: PostgresPool
    let console: Console

    /// Requests written by one transaction.
    private static let chunk = 50_000

    func run(_ count: Int) async throws {
        let began = ContinuousClock.now
        console.say("Preload: \(count) requests of the past")
        try await script(PreloadStatements.prepare(count))
        var progress = BenchProgress("preload", console: console)
        let begins = Array(stride(from: 1, through: count, by: Self.chunk))
        var done = 0
        // Two at a time, as many as fit beside each other on the smallest machine.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, begin) in begins.enumerated() {
                if index >= 2 {
                    try await group.next()
                    done += Self.chunk
                    progress.show(min(done, count), of: count)
                }
                group.addTask {
                    try await script(PreloadStatements.rows(begin, through: min(count, begin + Self.chunk - 1)))
                }
            }
            try await group.waitForAll()
        }
        progress.end()
        try await script(PreloadStatements.finish)
        console.say("Preload: vacuum")
        for table in PreloadStatements.tables { try await script("vacuum (analyze) \(table)") }
        console.say("Preload: done in \(Int((ContinuousClock.now - began) / .seconds(1))) s")
    }

    private func script(_ text: String) async throws {
        try await pool.withConnection { try await $0.execute(script: text) }
    }
}
