import EmbeddedPostgres
import Foundation
import PostgresClient
import TestSupport
import Testing

@Suite struct PrivatePostgresTests {
    @Test func `data outlives a stop, a kill, and a lock file left behind`() async throws {
        let directory = "/tmp/tuesday-private-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try await PrivatePostgres.start(directory: directory, settings: ["fsync": "off"], databases: ["demo"])
        _ = try first.psql("create table kept (n int)", database: "demo")

        let twice = await #expect(throws: PrivatePostgres.Failure.self) { try await PrivatePostgres.start(directory: directory) }
        #expect(twice?.description.contains("runs in \(directory)/data already") == true)

        await first.kill9()
        let second = try await PrivatePostgres.start(directory: directory, databases: ["demo"])
        let pool = PostgresPool(PostgresSettings(conninfo: second.conninfo(database: "demo")))
        try await pool.withConnection { _ = try await $0.query("insert into kept values (1)") }
        let durable = try await pool.withConnection { try await $0.query("select current_setting('fsync')")[0].string(0) }
        #expect(durable == "on")
        await second.stop()
        let failed = await failure { try await pool.withConnection { _ in } }
        #expect(failed?.kind == .unavailable)
        await pool.close()

        // The lock of a server that is gone, its number now another process's.
        try "1\n\(directory)/data\n".write(toFile: "\(directory)/data/postmaster.pid", atomically: true, encoding: .utf8)
        let third = try await PrivatePostgres.start(directory: directory)
        #expect(try third.psql("select count(*) from kept", database: "demo") == "1")
        await third.stop()
        #expect(!FileManager.default.fileExists(atPath: third.socketDirectory))
    }

    @Test func `a start waits for the last process of a server that was killed`() async throws {
        let directory = "/tmp/tuesday-killed-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try await PrivatePostgres.start(directory: directory, settings: ["fsync": "off"])
        let pool = PostgresPool(PostgresSettings(conninfo: first.conninfo, maximumConnections: 1))
        let backend = try await pool.withConnection { try await $0.query("select pg_backend_pid()")[0].int32(0) }
        #expect(kill(backend, SIGSTOP) == 0)
        // Once: afterwards its number may be another's.
        var isStopped = true
        defer { if isStopped { kill(backend, SIGKILL) } }
        kill(first.processID, SIGKILL)
        try await eventually("the server is gone") { kill(first.processID, 0) != 0 }

        async let second = PrivatePostgres.start(directory: directory, settings: ["fsync": "off"])
        try await eventually("its memory is still in use") {
            try String(contentsOfFile: "\(directory)/server.log", encoding: .utf8).contains("shared memory block")
        }
        kill(backend, SIGKILL)
        isStopped = false
        let started = try await second
        #expect(try started.psql("select 1", database: "postgres") == "1")
        await started.stop()
        await pool.close()
        await first.kill9()
    }

    @Test func `a server keeps none of its starter's files open`() async throws {
        let pipe = Pipe()
        let server = try await TestPostgres.privateServer()
        let kept = try FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/fd/\(pipe.fileHandleForWriting.fileDescriptor)")
        let descriptors = "/proc/\(server.processID)/fd"
        let targets = try FileManager.default.contentsOfDirectory(atPath: descriptors).map {
            try FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\($0)")
        }
        #expect(!targets.isEmpty && !targets.contains(kept))
        await server.stop()
    }

    @Test func `a wrong setting is told with the server's own words`() async throws {
        let directory = "/tmp/tuesday-wrong-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let failed = await #expect(throws: PrivatePostgres.Failure.self) {
            try await PrivatePostgres.start(directory: directory, settings: ["no_such_setting": "1"])
        }
        #expect(failed?.description.contains("no_such_setting") == true)
    }

    @Test func `a fresh database can be the copy of another`() async throws {
        let original = try await TestPostgres.freshDatabase("original")
        try await PrivatePostgres.psql("create table here (n int)", conninfo: original)
        let copy = try await TestPostgres.freshDatabase("copy", template: TestPostgres.databaseName(of: original))
        let count = try await PrivatePostgres.psql("select count(*) from here", conninfo: copy)
        #expect(count == "0")
    }
}
