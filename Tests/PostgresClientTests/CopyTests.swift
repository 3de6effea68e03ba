import PostgresClient
import Testing

@Suite struct CopyTests {
    static let table = "create temporary table c (id bigint primary key, t text, u uuid, at timestamptz, b boolean, d date, x double precision, s smallint, j jsonb, raw bytea, tags text[])"

    static func rows(_ ids: Range<Int64>) -> PostgresCopyBuffer {
        var rows = PostgresCopyBuffer(columns: 11, reserve: ids.count * 140)
        for id in ids {
            rows.beginRow()
            rows.append(int64: id)
            rows.append(text: "row \(id)")
            rows.append(uuid: UInt128(id) << 64)
            rows.append(timestamp: id * 1_000_000)
            rows.append(bool: id % 2 == 0)
            rows.append(date: Int32(id % 10_000))
            rows.append(double: Double(id) / 2)
            if id % 3 == 0 { rows.appendNull() } else { rows.append(int16: Int16(id % 100)) }
            rows.append(jsonbText: #"{"id":\#(id)}"#)
            rows.append(bytes: [UInt8(truncatingIfNeeded: id)])
            rows.append(.texts(["a", "\(id)"]))
        }
        return rows
    }

    @Test func `a hundred thousand rows arrive as they were written`() async throws {
        try await withConnection { connection in
            try await connection.execute(script: Self.table)
            let rows = Self.rows(0..<100_000)
            #expect(rows.rowCount == 100_000)
            #expect(try await connection.copy(into: "c", rows) == 100_000)
            let wrong = try await connection.query(
                """
                select count(*), count(*) filter (where t = 'row ' || id and right(u::text, 12) = '000000000000'
                    and at = to_timestamp(id) and b = (id % 2 = 0) and d = date '1970-01-01' + (id % 10000)::int
                    and x = id / 2.0 and s is not distinct from case when id % 3 = 0 then null else id % 100 end
                    and (j->>'id')::bigint = id and get_byte(raw, 0) = id % 256 and tags = array['a', id::text])
                from c
                """)[0]
            #expect(try wrong.int(0) == 100_000)
            #expect(try wrong.int(1) == 100_000)
        }
    }

    @Test func `a unique violation undone to a savepoint leaves transaction and connection in order`() async throws {
        let pool = try await makePool(1)
        try await pool.transaction { connection in
            try await connection.execute(script: Self.table)
            try await connection.copy(into: "c", Self.rows(0..<10))
            let failed = await failure {
                try await connection.savepoint { _ = try await connection.copy(into: "c", Self.rows(5..<50_000)) }
            }
            #expect(failed?.kind == .uniqueViolation)
            #expect(failed?.constraint == "c_pkey")
            #expect("\(failed!)".contains("(5)") == false)
            #expect(String(reflecting: failed!).contains("(id)=(5)"))
            #expect(try await connection.query("select count(*) from c")[0].int(0) == 10)
            try await connection.copy(into: "c", Self.rows(10..<20))
        }
        let count = try await pool.withConnection { try await $0.query("select count(*) from c")[0].int(0) }
        #expect(count == 20)
        await pool.close()
    }

    @Test func `copy and pipeline take turns on one connection`() async throws {
        try await withConnection { connection in
            try await connection.execute(script: Self.table)
            for turn in 0..<Int64(10) {
                try await connection.copy(into: "c", Self.rows(turn * 10..<turn * 10 + 10))
                let results = try await connection.pipeline([.init("select count(*) from c"), .init("select 1")])
                #expect(try results[0][0].int(0) == Int(turn + 1) * 10)
            }
        }
    }

    @Test func `copy into a table that is missing is a failure and nothing worse`() async throws {
        try await withConnection { connection in
            let failed = await failure { try await connection.copy(into: "no_such_table", Self.rows(0..<5)) }
            #expect(failed?.sqlState == "42P01")
            let one = try await connection.query("select 1")[0].int(0)
            #expect(one == 1)
        }
    }

    @Test func `no rows are copied as no rows`() async throws {
        try await withConnection { connection in
            try await connection.execute(script: Self.table)
            #expect(try await connection.copy(into: "c", PostgresCopyBuffer(columns: 11)) == 0)
        }
    }

    // MARK: few rows

    static let few = "create temporary table f (id bigint primary key, t text, u uuid, at timestamptz, b boolean, d date, x double precision, s smallint, n integer, raw bytea)"

    static func few(_ ids: Range<Int64>) -> PostgresCopyBuffer {
        var rows = PostgresCopyBuffer(columns: 10)
        for id in ids {
            rows.beginRow()
            rows.append(int64: id)
            rows.append(utf8: id % 2 == 0 ? nil : Array("行 \(id)".utf8))
            rows.append(uuid: UInt128(id) << 64)
            rows.append(timestamp: id * 1_000_000)
            rows.append(bool: id % 2 == 0)
            rows.append(date: Int32(id % 10_000))
            rows.append(double: Double(id) / 2)
            rows.append(int16: id % 3 == 0 ? nil : Int16(id % 100))
            rows.append(int32: Int32(id))
            rows.append(bytes: [UInt8(truncatingIfNeeded: id)])
        }
        return rows
    }

    @Test(arguments: [1, 2, 256, 257])
    func `rows within a transaction arrive as they were written, however few`(count: Int64) async throws {
        let pool = try await makePool(1)
        try await pool.withConnection { try await $0.execute(script: Self.few) }
        let copied = try await pool.transaction { try await $0.copy(into: "f", Self.few(0..<count)) }
        #expect(copied == Int(count))
        let right = try await pool.withConnection { connection in
            try await connection.query(
                """
                select count(*)
                from f
                where t is not distinct from case when id % 2 = 1 then '行 ' || id end
                    and right(u::text, 12) = '000000000000' and at = to_timestamp(id) and b = (id % 2 = 0)
                    and d = date '1970-01-01' + (id % 10000)::int and x = id / 2.0 and n = id
                    and s is not distinct from case when id % 3 = 0 then null else id % 100 end
                    and get_byte(raw, 0) = id % 256
                """)[0].int(0)
        }
        #expect(right == Int(count))
        await pool.close()
    }

    @Test func `of a few rows one that is refused fails the next call, and nothing of the transaction stays`() async throws {
        let pool = try await makePool(1)
        try await pool.withConnection { try await $0.execute(script: Self.few) }
        for commits in [false, true] {
            let failed = await failure {
                try await pool.transaction { connection in
                    try await connection.copy(into: "f", Self.few(0..<5))
                    try await connection.copy(into: "f", Self.few(4..<6))
                    if !commits { try await connection.query("select 1") }
                }
            }
            #expect(failed?.kind == .uniqueViolation)
            #expect(failed?.constraint == "f_pkey")
        }
        let left = try await pool.withConnection { try await $0.query("select count(*) from f")[0].int(0) }
        #expect(left == 0)
        await pool.close()
    }

    @Test func `a savepoint undone takes a few rows with it and leaves those before it`() async throws {
        struct Undone: Error {}
        let pool = try await makePool(1)
        try await pool.withConnection { try await $0.execute(script: Self.few) }
        try await pool.transaction { connection in
            try await connection.copy(into: "f", Self.few(0..<2))
            do {
                try await connection.savepoint {
                    try await connection.copy(into: "f", Self.few(2..<4))
                    throw Undone()
                }
            } catch is Undone {}
            try await connection.copy(into: "f", Self.few(7..<8))
        }
        let ids = try await pool.withConnection { try await $0.query("select array_agg(id order by id)::text from f")[0].string(0) }
        #expect(ids == "{0,1,7}")
        await pool.close()
    }

    @Test func `a few rows outside a transaction are there at once, and so is their failure`() async throws {
        try await withConnection { connection in
            try await connection.execute(script: Self.few)
            try await connection.copy(into: "f", Self.few(0..<2))
            let failed = await failure { try await connection.copy(into: "f", Self.few(1..<3)) }
            #expect(failed?.kind == .uniqueViolation)
            let left = try await connection.query("select count(*) from f")[0].int(0)
            #expect(left == 2)
        }
    }
}
