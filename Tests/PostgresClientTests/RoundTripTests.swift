import PostgresClient
import Testing

@Suite struct RoundTripTests {
    static let scalars: [(PostgresParameter, String, String)] = [
        (.bool(true), "boolean", "true"), (.bool(false), "boolean", "false"),
        (.int16(-12_345), "smallint", "-12345"), (.int32(-2_147_483_648), "integer", "-2147483648"),
        (.int64(9_223_372_036_854_775_807), "bigint", "9223372036854775807"),
        (.double(-0.1), "double precision", "-0.1"), (.double(.infinity), "double precision", "Infinity"),
        (.text("café 🏥 \"q\""), "text", "café 🏥 \"q\""), (.text(""), "text", ""),
        (.bytes([0, 1, 255]), "bytea", "\\x0001ff"), (.bytes([]), "bytea", "\\x"),
        (.uuid(0x0123_4567_89AB_CDEF_0123_4567_89AB_CDEF), "uuid", "01234567-89ab-cdef-0123-456789abcdef"),
        (.timestamp(microseconds: 0), "timestamp with time zone", "1970-01-01 00:00:00+00"),
        (.timestamp(microseconds: 1_700_000_000_123_456), "timestamp with time zone", "2023-11-14 22:13:20.123456+00"),
        (.timestamp(microseconds: -1), "timestamp with time zone", "1969-12-31 23:59:59.999999+00"),
        (.date(daysSince1970: 0), "date", "1970-01-01"), (.date(daysSince1970: 19_675), "date", "2023-11-14"),
        (.date(daysSince1970: -1), "date", "1969-12-31"),
        (.bools([true, false]), "boolean[]", "{t,f}"), (.int16s([1, -2]), "smallint[]", "{1,-2}"),
        (.int32s([]), "integer[]", "{}"), (.int64s([1, .min]), "bigint[]", "{1,-9223372036854775808}"),
        (.doubles([1.5, -2]), "double precision[]", "{1.5,-2}"), (.texts(["a", "", "b,c"]), "text[]", "{a,\"\",\"b,c\"}"),
        (.byteArrays([[1], []]), "bytea[]", "{\"\\\\x01\",\"\\\\x\"}"),
        (.uuids([1]), "uuid[]", "{00000000-0000-0000-0000-000000000001}"),
        (.timestamps([0]), "timestamp with time zone[]", "{\"1970-01-01 00:00:00+00\"}"),
        (.dates([0, 1]), "date[]", "{1970-01-01,1970-01-02}"),
        (.optionalBools([nil, true]), "boolean[]", "{NULL,t}"), (.optionalInt16s([nil, 1]), "smallint[]", "{NULL,1}"),
        (.optionalInt32s([1, nil]), "integer[]", "{1,NULL}"), (.optionalInt64s([nil]), "bigint[]", "{NULL}"),
        (.optionalDoubles([nil, 0]), "double precision[]", "{NULL,0}"),
        (.optionalTexts(["x", nil, "NULL"]), "text[]", "{x,NULL,\"NULL\"}"),
        (.optionalByteArrays([nil]), "bytea[]", "{NULL}"), (.optionalUUIDs([nil]), "uuid[]", "{NULL}"),
        (.optionalTimestamps([nil]), "timestamp with time zone[]", "{NULL}"), (.optionalDates([nil]), "date[]", "{NULL}"),
    ]

    @Test func `each parameter arrives as the server's text has it, with its type`() async throws {
        try await withConnection { connection in
            try await connection.query("set time zone 'UTC'")
            for (parameter, type, text) in Self.scalars {
                let row = try await connection.query("select $1::text, pg_typeof($1)::text", [parameter])[0]
                #expect(try row.string(0) == text)
                #expect(try row.string(1) == type)
            }
        }
    }

    @Test func `each null keeps its type`() async throws {
        let nulls: [(PostgresParameter, String)] = [
            (.bool(nil), "boolean"), (.int16(nil), "smallint"), (.int32(nil), "integer"), (.int64(nil), "bigint"),
            (.double(nil), "double precision"), (.text(nil), "text"), (.bytes(nil), "bytea"), (.uuid(nil), "uuid"),
            (.timestamp(microseconds: nil), "timestamp with time zone"), (.date(daysSince1970: nil), "date"),
            (.null(.int64s), "bigint[]"),
        ]
        try await withConnection { connection in
            for (parameter, type) in nulls {
                let row = try await connection.query("select $1, pg_typeof($1)::text", [parameter])[0]
                #expect(row.isNull(0))
                #expect(try row.string(1) == type)
            }
        }
    }

    @Test func `each value comes back as it was sent`() async throws {
        try await withConnection { connection in
            let row = try await connection.query(
                "select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10",
                [
                    .bool(true), .int16(-7), .int32(1 << 30), .int64(-5), .double(0.25), .text("naïve"), .bytes([9, 0]),
                    .uuid(.max), .timestamp(microseconds: -123_456_789), .date(daysSince1970: -365_000),
                ])[0]
            #expect(try row.bool(0))
            #expect(try row.int16(1) == -7)
            #expect(try row.int32(2) == 1 << 30)
            #expect(try row.int64(3) == -5)
            #expect(try row.int(1) == -7 && row.int(2) == 1 << 30 && row.int(3) == -5)
            #expect(try row.double(4) == 0.25)
            #expect(try row.string(5) == "naïve")
            #expect(try row.utf8(5) == Array("naïve".utf8))
            #expect(try row.bytes(6) == [9, 0])
            #expect(try row.uuid(7) == .max)
            #expect(try row.timestamp(8) == -123_456_789)
            #expect(try row.date(9) == -365_000)
        }
    }

    @Test func `each array comes back as it was sent, nulls included`() async throws {
        try await withConnection { connection in
            let row = try await connection.query(
                "select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11",
                [
                    .bools([true]), .int16s([1]), .optionalInt32s([2, nil]), .int64s([3, 4]), .doubles([5]),
                    .optionalTexts([nil, "six"]), .byteArrays([[7]]), .uuids([8, .max]), .timestamps([9]), .dates([10]),
                    .int64s([]),
                ])[0]
            #expect(try row.bools(0) == [true])
            #expect(try row.int16s(1) == [1])
            #expect(try row.optionalInt32s(2) == [2, nil])
            #expect(try row.int64s(3) == [3, 4])
            #expect(try row.doubles(4) == [5])
            #expect(try row.optionalStrings(5) == [nil, "six"])
            #expect(try row.byteArrays(6) == [[7]])
            #expect(try row.uuids(7) == [8, .max])
            #expect(try row.timestamps(8) == [9])
            #expect(try row.dates(9) == [10])
            #expect(try row.int64s(10) == [])
            let failed = await failure { _ = try row.int32s(2) }
            #expect(failed?.kind == .decode)
        }
    }

    @Test func `json goes to json and jsonb columns, labels to enums, and both are read as text`() async throws {
        try await withConnection { connection in
            try await connection.execute(
                script: """
                    create type pg_temp.mood as enum ('calm', 'urgent');
                    create temporary table doc (a json, b jsonb, m pg_temp.mood, ms pg_temp.mood[]);
                    """)
            let result = try await connection.query(
                "insert into doc values ($1, $2, $3::mood, array[$3::mood]) returning a, b, m, ms",
                [.jsonText(#"{"k":  1}"#), .jsonText(#"{"k":  1}"#), .unspecified("urgent")])
            #expect(result.affected == 1)
            #expect(result.columnNames == ["a", "b", "m", "ms"])
            #expect(try result[0].string(0) == #"{"k":  1}"#)
            #expect(try result[0].string(1) == #"{"k": 1}"#)
            #expect(try result[0].string(2) == "urgent")
            #expect(try result[0].strings(3) == ["urgent"])
        }
    }

    @Test func `a wrong type or an unexpected null is a decode failure that names column and type`() async throws {
        try await withConnection { connection in
            let row = try await connection.query("select 'secret'::text as phone, null::integer as n, 'infinity'::timestamptz")[0]
            let mismatch = await failure { _ = try row.int64(0) }
            #expect(mismatch?.kind == .decode)
            #expect(mismatch?.message.contains("\"phone\" of type 25") == true)
            #expect("\(mismatch!)".contains("secret") == false)
            let null = await failure { _ = try row.int32(1) }
            #expect(null?.message.contains("\"n\" of type 23 is null") == true)
            #expect(try row.optionalInt32(1) == nil)
            let infinite = await failure { _ = try row.timestamp(2) }
            #expect(infinite?.kind == .decode)
            let missing = await failure { _ = try row.timestamp(3) }
            #expect(missing?.kind == .decode)
        }
    }

    @Test func `text with a zero character is refused before or by the server`() async throws {
        try await withConnection { connection in
            let bound = await failure { try await connection.query("select $1", [.text("a\0b")]) }
            #expect(bound?.sqlState == "22021")
            let inferred = await failure { try await connection.query("select $1::text", [.unspecified("a\0b")]) }
            #expect(inferred?.sqlState == "22021")
        }
    }
}

