import Foundation
import PostgresClient
import Testing

@Suite struct PoolTests {
    @Test func `no more connections are open than allowed, whatever the number of callers`() async throws {
        let pool = try await makePool(4)
        let inUse = Shared((now: 0, most: 0))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<64 {
                group.addTask {
                    try await pool.withConnection { connection in
                        inUse.change { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                        defer { inUse.change { $0.now -= 1 } }
                        return try await connection.query("select $1", [.int32(Int32(number))])[0].int(0)
                    }
                }
            }
            let sum = try await group.reduce(0, +)
            #expect(sum == 64 * 63 / 2)
        }
        #expect(inUse.value.most <= 4)
        #expect(pool.statistics.open <= 4)
        #expect(pool.statistics.waiting == 0)
        #expect(pool.statistics.waitedTotal > 0)
        await pool.close()
        #expect(pool.statistics.open == 0)
    }

    @Test func `those who wait are served in the order they came`() async throws {
        let pool = try await makePool(1)
        let order = Shared<[Int]>([])
        let release = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await pool.withConnection { _ in for await _ in release.stream { return } }
            }
            _ = try await eventually { pool.statistics.open == 1 && pool.statistics.idle == 0 }
            for number in 0..<10 {
                group.addTask {
                    try await pool.withConnection { connection in
                        order.change { $0.append(number) }
                        try await connection.query("select 1")
                    }
                }
                let waits = try await eventually { pool.statistics.waiting == number + 1 }
                #expect(waits)
            }
            release.continuation.finish()
            try await group.waitForAll()
        }
        #expect(order.value == Array(0..<10))
        await pool.close()
    }

    @Test func `a wait past its deadline is unavailable, in a sentence`() async throws {
        let pool = try await makePool(1) { $0.acquireTimeout = .milliseconds(30) }
        try await pool.withConnection { connection in
            let failed = await failure { try await pool.withConnection { _ in } }
            #expect(failed?.kind == .unavailable)
            #expect(failed?.message.contains("1 of 1 are in use") == true)
            try await connection.query("select 1")
        }
        try await pool.withConnection { _ = try await $0.query("select 1") }
        await pool.close()
    }

    @Test(.timeLimit(.minutes(5)))
    func `one caller more than may wait is told so at once, and the others are served`() async throws {
        let pool = try await makePool(1) {
            $0.maximumWaiting = 3
            $0.acquireTimeout = .seconds(600)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await pool.withConnection { connection in
                for _ in 0..<3 { group.addTask { try await pool.withConnection { _ = try await $0.query("select 1") } } }
                let wait = try await eventually { pool.statistics.waiting == 3 }
                #expect(wait)
                let failed = await failure { try await pool.withConnection { _ in } }
                #expect(failed?.kind == .unavailable)
                #expect(failed?.message.contains("3 callers wait for one of 1 connections already") == true)
                #expect(pool.statistics.waiting == 3)
                try await connection.query("select 1")
            }
            try await group.waitForAll()
        }
        try await pool.withConnection { _ = try await $0.query("select 1") }
        await pool.close()
    }

    @Test func `a waiting caller that is cancelled leaves the queue`() async throws {
        let pool = try await makePool(1)
        try await pool.withConnection { connection in
            let waiter = Task { try await pool.withConnection { _ in } }
            let waits = try await eventually { pool.statistics.waiting == 1 }
            #expect(waits)
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            #expect(pool.statistics.waiting == 0)
            try await connection.query("select 1")
        }
        await pool.close()
    }

    @Test func `a transaction left open by the borrower is rolled back`() async throws {
        let pool = try await makePool(1)
        try await pool.withConnection { connection in
            try await connection.query("create temporary table left_open (n int)")
            try await connection.query("begin")
            try await connection.query("insert into left_open values (1)")
        }
        let count = try await pool.withConnection { try await $0.query("select count(*) from left_open")[0].int(0) }
        #expect(count == 0)
        await pool.close()
    }

    @Test func `session settings hold on each connection`() async throws {
        let pool = try await makePool(1) {
            $0.sessionSettings = ["search_path": "pg_catalog", "lock_timeout": "1234ms"]
            $0.applicationName = "pool test"
        }
        let row = try await pool.withConnection {
            try await $0.query(
                "select current_setting('search_path'), current_setting('lock_timeout'), current_setting('application_name')")[0]
        }
        #expect(try row.string(0) == "pg_catalog")
        #expect(try row.string(1) == "1234ms")
        #expect(try row.string(2) == "pool test")
        await pool.close()
    }

    @Test func `a backend terminated in mid-query is unavailable, and the next caller gets another`() async throws {
        let pool = try await makePool(2)
        let failed = await failure {
            try await pool.withConnection { victim in
                async let end: Bool = pool.withConnection { killer in
                    try await eventually {
                        try await killer.query(
                            "select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and query like '%pg_sleep(60)%' and state = 'active'",
                            [.int32(victim.backendPID)]
                        ).count == 1
                    }
                }
                try await victim.query("select pg_sleep(60)")
                _ = try await end
            }
        }
        #expect(failed?.kind == .unavailable)
        #expect(failed?.sqlState == "57P01")
        for _ in 0..<4 {
            let one = try await pool.withConnection { try await $0.query("select 1")[0].int(0) }
            #expect(one == 1)
        }
        await pool.close()
    }

    @Test func `an idle connection that the server ends leaves the pool by itself`() async throws {
        let pool = try await makePool(2)
        let other = try await makePool(1)
        let pid = try await pool.withConnection { $0.backendPID }
        _ = try await other.withConnection { try await $0.query("select pg_terminate_backend($1)", [.int32(pid)]) }
        let isGone = try await eventually { pool.statistics.open == 0 }
        #expect(isGone)
        let next = try await pool.withConnection { $0.backendPID }
        #expect(next != pid)
        await pool.close()
        await other.close()
    }

    @Test func `a cancelled query ends at once, here and on the server`() async throws {
        let pool = try await makePool(2)
        let pid = Shared<Int32>(0)
        let task = Task {
            try await pool.withConnection { connection in
                pid.change { $0 = connection.backendPID }
                try await connection.query("select pg_sleep(600)")
            }
        }
        let running: @Sendable () async throws -> Int = {
            try await pool.withConnection {
                try await $0.query(
                    "select 1 from pg_stat_activity where pid = $1 and state = 'active'", [.int32(pid.value)]
                ).count
            }
        }
        let began = try await eventually { try await running() == 1 }
        #expect(began)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let ended = try await eventually { try await running() == 0 }
        #expect(ended)
        await pool.close()
    }

    @Test func `threads do not grow with connections`() async throws {
        let pool = try await makePool(24)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<24 { group.addTask { try await pool.withConnection { _ = try await $0.query("select pg_sleep(0.2)") } } }
            try await group.waitForAll()
        }
        #expect(pool.statistics.open == 24)
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
        let names = tasks.compactMap { try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8) }
        #expect(names.filter { $0.hasPrefix("postgres-") }.count <= 3)
        await pool.close()
    }

    @Test func `a closed pool lends nothing`() async throws {
        let pool = try await makePool(1)
        try await pool.withConnection { _ = try await $0.query("select 1") }
        await pool.close()
        let failed = await failure { try await pool.withConnection { _ in } }
        #expect(failed?.kind == .unavailable)
    }
}
