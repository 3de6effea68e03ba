import CLibpq

/// One row, read by column index counted from 0.
///
/// Each reader wants exactly its type; another type, or null where the reader's name does not begin with `optional`,
/// throws `PostgresFailure` of kind `.decode` naming the column and the type's object id, never the value.
public struct PostgresRow: Sendable {
    let storage: ResultStorage
    let row: Int32

    /// Whether the value is null.
    public func isNull(_ column: Int) -> Bool { PQgetisnull(storage.pointer, row, Int32(column)) == 1 }

    /// `boolean`
    public func bool(_ column: Int) throws -> Bool { try optionalBool(column).orNull(self, column) }
    /// `smallint`
    public func int16(_ column: Int) throws -> Int16 { try optionalInt16(column).orNull(self, column) }
    /// `integer`
    public func int32(_ column: Int) throws -> Int32 { try optionalInt32(column).orNull(self, column) }
    /// `bigint`
    public func int64(_ column: Int) throws -> Int64 { try optionalInt64(column).orNull(self, column) }
    /// `smallint`, `integer` or `bigint`
    public func int(_ column: Int) throws -> Int { try optionalInt(column).orNull(self, column) }
    /// `double precision` or `real`
    public func double(_ column: Int) throws -> Double { try optionalDouble(column).orNull(self, column) }
    /// `text`, `varchar`, `char`, `name`, `json`, `jsonb`, or an enum's label
    public func string(_ column: Int) throws -> String { try optionalString(column).orNull(self, column) }
    /// The UTF-8 bytes of what `string` reads
    public func utf8(_ column: Int) throws -> [UInt8] { try optionalUTF8(column).orNull(self, column) }
    /// `bytea`
    public func bytes(_ column: Int) throws -> [UInt8] { try optionalBytes(column).orNull(self, column) }
    /// `uuid`, the most significant byte first
    public func uuid(_ column: Int) throws -> UInt128 { try optionalUUID(column).orNull(self, column) }
    /// `timestamp with time zone` (or without, taken as UTC), microseconds since 1970-01-01T00:00:00Z; infinity throws
    public func timestamp(_ column: Int) throws -> Int64 { try optionalTimestamp(column).orNull(self, column) }
    /// `date`, days since 1970-01-01; infinity throws
    public func date(_ column: Int) throws -> Int32 { try optionalDate(column).orNull(self, column) }

    /// `boolean`, or nil for null
    public func optionalBool(_ column: Int) throws -> Bool? {
        try read(column, as: "boolean", [.bool]) { bytes, _ in bytes.first.map { $0 != 0 } }
    }
    /// `smallint`, or nil for null
    public func optionalInt16(_ column: Int) throws -> Int16? {
        try read(column, as: "smallint", [.int16]) { bytes, _ in bytes.bigEndian() }
    }
    /// `integer`, or nil for null
    public func optionalInt32(_ column: Int) throws -> Int32? {
        try read(column, as: "integer", [.int32]) { bytes, _ in bytes.bigEndian() }
    }
    /// `bigint`, or nil for null
    public func optionalInt64(_ column: Int) throws -> Int64? {
        try read(column, as: "bigint", [.int64]) { bytes, _ in bytes.bigEndian() }
    }
    /// `smallint`, `integer` or `bigint`, or nil for null
    public func optionalInt(_ column: Int) throws -> Int? {
        try read(column, as: "an integer", [.int64, .int32, .int16]) { bytes, _ in
            switch bytes.count {
            case 8: bytes.bigEndian(Int64.self).map { Int($0) }
            case 4: bytes.bigEndian(Int32.self).map { Int($0) }
            default: bytes.bigEndian(Int16.self).map { Int($0) }
            }
        }
    }
    /// `double precision` or `real`, or nil for null
    public func optionalDouble(_ column: Int) throws -> Double? {
        try read(column, as: "double precision", [.double, .float]) { bytes, type in
            type == .double
                ? bytes.bigEndian(UInt64.self).map { Double(bitPattern: $0) }
                : bytes.bigEndian(UInt32.self).map { Double(Float(bitPattern: $0)) }
        }
    }
    /// Text as `string` reads it, or nil for null
    public func optionalString(_ column: Int) throws -> String? {
        try readText(column) { String(decoding: $0, as: UTF8.self) }
    }
    /// The UTF-8 bytes of text, or nil for null
    public func optionalUTF8(_ column: Int) throws -> [UInt8]? {
        try readText(column) { Array($0) }
    }
    /// `bytea`, or nil for null
    public func optionalBytes(_ column: Int) throws -> [UInt8]? {
        try read(column, as: "bytea", [.bytes]) { bytes, _ in Array(bytes) }
    }
    /// `uuid`, or nil for null
    public func optionalUUID(_ column: Int) throws -> UInt128? {
        try read(column, as: "uuid", [.uuid]) { bytes, _ in bytes.bigEndian() }
    }
    /// Microseconds since 1970-01-01T00:00:00Z, or nil for null
    public func optionalTimestamp(_ column: Int) throws -> Int64? {
        try read(column, as: "a finite timestamp", [.timestamp, .localTimestamp]) { bytes, _ in
            bytes.bigEndian(Int64.self).flatMap(Self.sinceUnixEpoch)
        }
    }
    /// Days since 1970-01-01, or nil for null
    public func optionalDate(_ column: Int) throws -> Int32? {
        try read(column, as: "a finite date", [.date]) { bytes, _ in bytes.bigEndian(Int32.self).flatMap(Self.sinceUnixEpoch) }
    }

    static func sinceUnixEpoch(_ value: Int64) -> Int64? {
        value == .max || value == .min ? nil : value + Epoch.microseconds
    }

    static func sinceUnixEpoch(_ value: Int32) -> Int32? {
        value == .max || value == .min ? nil : value + Epoch.days
    }
}

extension PostgresRow {
    /// The column's type and bytes go to `decode`, which answers nil when it cannot read them. Nil for null.
    @inline(__always)
    func read<T>(
        _ column: Int, as wanted: StaticString, _ types: [PostgresType],
        _ decode: (UnsafeRawBufferPointer, PostgresType) throws -> T?
    ) throws -> T? {
        let type = try self.type(of: column)
        guard types.contains(type) else { throw mismatch(column, wanted) }
        return try withBytes(column) { bytes in
            guard let value = try decode(bytes, type) else { throw mismatch(column, wanted) }
            return value
        }
    }

    private func readText<T>(_ column: Int, _ decode: (UnsafeRawBufferPointer) -> T) throws -> T? {
        let type = try self.type(of: column)
        guard type.isTextual else { throw mismatch(column, "text") }
        return try withBytes(column) { bytes in
            // jsonb's binary form is a version byte, 1, and the text.
            decode(type == .jsonb ? UnsafeRawBufferPointer(rebasing: bytes.dropFirst()) : bytes)
        }
    }

    func type(of column: Int) throws -> PostgresType {
        guard column >= 0, column < Int(PQnfields(storage.pointer)) else {
            throw PostgresFailure(.decode, "column \(column) does not exist; the row has \(PQnfields(storage.pointer))")
        }
        return PostgresType(rawValue: PQftype(storage.pointer, Int32(column)))
    }

    @inline(__always)
    private func withBytes<T>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> T) throws -> T? {
        guard !isNull(column) else { return nil }
        return try withExtendedLifetime(storage) {
            let start = PQgetvalue(storage.pointer, row, Int32(column))
            let count = Int(PQgetlength(storage.pointer, row, Int32(column)))
            return try body(UnsafeRawBufferPointer(start: start, count: count))
        }
    }

    func mismatch(_ column: Int, _ wanted: StaticString) -> PostgresFailure {
        PostgresFailure(.decode, "column \(column) \(name(column)) of type \(oid(column)) is not \(wanted)")
    }

    func unexpectedNull(_ column: Int) -> PostgresFailure {
        PostgresFailure(.decode, "column \(column) \(name(column)) of type \(oid(column)) is null; read it as optional")
    }

    private func name(_ column: Int) -> String {
        PQfname(storage.pointer, Int32(column)).map { "\"\(String(cString: $0))\"" } ?? ""
    }

    private func oid(_ column: Int) -> UInt32 { PQftype(storage.pointer, Int32(column)) }
}

extension Optional {
    @inline(__always)
    fileprivate func orNull(_ row: PostgresRow, _ column: Int) throws -> Wrapped {
        guard let self else { throw row.unexpectedNull(column) }
        return self
    }
}
