import Foundation
import TestSupport
import Testing

@testable import Faults

@Suite(.enabled(if: SmallDisk.isPossible, "a small disk cannot be mounted here"), .timeLimit(.minutes(3)))
struct SmallDiskTests {
    @Test func `A server says each time that its disk is full, and works again when it is not`() async throws {
        let directory = "/tmp/tuesday-small-disk-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: directory) }  // what stays is in /tmp
        let server = try await DatabaseServer(directory: directory, diskMegabytes: 200)
        // Larger than what a log's last page has room for.
        let (attempts, rows) = (40, "insert into filled select repeat('x', 900) from generate_series(1, 2000)")
        do {
            try await server.psql("create table filled (text text)")
            server.disk?.fill()
            for _ in 0..<attempts { await #expect(throws: (any Error).self) { try await server.psql(rows) } }
            #expect(server.complaints(["No space left on device"]).count >= attempts)
            server.disk?.empty()
            try await server.psql(rows)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test func `A full disk takes what is given back`() async throws {
        let directory = "/tmp/tuesday-small-disk-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: directory) }  // what stays is in /tmp
        let disk = try await SmallDisk(mountedAt: directory, megabytes: 16)
        do {
            let other = URL(fileURLWithPath: "\(directory)/other")
            try Data(count: 1 << 20).write(to: other)
            disk.fill()
            try FileManager.default.removeItem(at: other)
            func free() throws -> Int {
                try FileManager.default.attributesOfFileSystem(forPath: directory)[.systemFreeSize] as? Int ?? -1
            }
            try await eventually("what was given back is taken", within: .seconds(20)) { try free() == 0 }
            #expect(try free() == 0)
            disk.empty()
            // Whatever is started meanwhile holds the file open for a moment.
            try await eventually("what filled it is free", within: .seconds(20)) { try free() > 8 << 20 }
        } catch {
            await disk.unmount()
            throw error
        }
        await disk.unmount()
    }
}
