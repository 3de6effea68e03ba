/// Arrays of one dimension. A null array throws in these readers; a null element throws unless the reader's name begins
/// with `optional`.
extension PostgresRow {
    /// `boolean[]`
    public func bools(_ column: Int) throws -> [Bool] { try optionalBools(column).map { try require($0, column) } }
    /// `boolean[]`; elements may be null
    public func optionalBools(_ column: Int) throws -> [Bool?] {
        try array(column, "boolean[]", .bools, of: .bool) { $0.first.map { $0 != 0 } }
    }
    /// `smallint[]`
    public func int16s(_ column: Int) throws -> [Int16] { try optionalInt16s(column).map { try require($0, column) } }
    /// `smallint[]`; elements may be null
    public func optionalInt16s(_ column: Int) throws -> [Int16?] {
        try array(column, "smallint[]", .int16s, of: .int16) { $0.bigEndian() }
    }
    /// `integer[]`
    public func int32s(_ column: Int) throws -> [Int32] { try optionalInt32s(column).map { try require($0, column) } }
    /// `integer[]`; elements may be null
    public func optionalInt32s(_ column: Int) throws -> [Int32?] {
        try array(column, "integer[]", .int32s, of: .int32) { $0.bigEndian() }
    }
    /// `bigint[]`
    public func int64s(_ column: Int) throws -> [Int64] { try optionalInt64s(column).map { try require($0, column) } }
    /// `bigint[]`; elements may be null
    public func optionalInt64s(_ column: Int) throws -> [Int64?] {
        try array(column, "bigint[]", .int64s, of: .int64) { $0.bigEndian() }
    }
    /// `double precision[]`
    public func doubles(_ column: Int) throws -> [Double] { try optionalDoubles(column).map { try require($0, column) } }
    /// `double precision[]`; elements may be null
    public func optionalDoubles(_ column: Int) throws -> [Double?] {
        try array(column, "double precision[]", .doubles, of: .double) { $0.bigEndian(UInt64.self).map { Double(bitPattern: $0) } }
    }
    /// `text[]`; also an array of enum labels
    public func strings(_ column: Int) throws -> [String] { try optionalStrings(column).map { try require($0, column) } }
    /// `text[]`; also an array of enum labels; elements may be null
    public func optionalStrings(_ column: Int) throws -> [String?] {
        try array(column, "text[]", nil, of: nil) { String(decoding: $0, as: UTF8.self) }
    }
    /// `bytea[]`
    public func byteArrays(_ column: Int) throws -> [[UInt8]] { try optionalByteArrays(column).map { try require($0, column) } }
    /// `bytea[]`; elements may be null
    public func optionalByteArrays(_ column: Int) throws -> [[UInt8]?] {
        try array(column, "bytea[]", .byteArrays, of: .bytes) { Array($0) }
    }
    /// `uuid[]`
    public func uuids(_ column: Int) throws -> [UInt128] { try optionalUUIDs(column).map { try require($0, column) } }
    /// `uuid[]`; elements may be null
    public func optionalUUIDs(_ column: Int) throws -> [UInt128?] {
        try array(column, "uuid[]", .uuids, of: .uuid) { $0.bigEndian() }
    }
    /// `timestamp with time zone[]`, microseconds since 1970-01-01T00:00:00Z
    public func timestamps(_ column: Int) throws -> [Int64] { try optionalTimestamps(column).map { try require($0, column) } }
    /// `timestamp with time zone[]`, microseconds since 1970-01-01T00:00:00Z; elements may be null
    public func optionalTimestamps(_ column: Int) throws -> [Int64?] {
        try array(column, "timestamp with time zone[]", .timestamps, of: .timestamp) { $0.bigEndian(Int64.self).flatMap(Self.sinceUnixEpoch) }
    }
    /// `date[]`, days since 1970-01-01
    public func dates(_ column: Int) throws -> [Int32] { try optionalDates(column).map { try require($0, column) } }
    /// `date[]`, days since 1970-01-01; elements may be null
    public func optionalDates(_ column: Int) throws -> [Int32?] {
        try array(column, "date[]", .dates, of: .date) { $0.bigEndian(Int32.self).flatMap(Self.sinceUnixEpoch) }
    }

    private func require<T>(_ value: T?, _ column: Int) throws -> T {
        guard let value else { throw unexpectedNull(column) }
        return value
    }

    /// `type` nil: an array of any textual type.
    private func array<T>(
        _ column: Int, _ wanted: StaticString, _ type: PostgresType?, of element: PostgresType?,
        _ decode: (UnsafeRawBufferPointer) -> T?
    ) throws -> [T?] {
        let types = try type.map { [$0] } ?? [textArrayType(column, wanted)]
        let values = try read(column, as: wanted, types) { bytes, _ -> [T?]? in
            guard let dimensions = bytes.bigEndian(Int32.self), dimensions <= 1,
                let oid = bytes.bigEndian(UInt32.self, at: 8)
            else { return nil }
            let found = PostgresType(rawValue: oid)
            guard element.map({ $0 == found }) ?? (found.isTextual && found != .jsonb) else { return nil }
            guard dimensions == 1 else { return [] }
            guard let count = bytes.bigEndian(Int32.self, at: 12), count >= 0 else { return nil }
            var values: [T?] = []
            values.reserveCapacity(Int(count))
            var offset = 20
            for _ in 0..<count {
                guard let length = bytes.bigEndian(Int32.self, at: offset) else { return nil }
                offset += 4
                guard length >= 0 else {
                    values.append(nil)
                    continue
                }
                let end = offset + Int(length)
                guard end <= bytes.count, let value = decode(UnsafeRawBufferPointer(rebasing: bytes[offset..<end]))
                else { return nil }
                values.append(value)
                offset = end
            }
            return values
        }
        guard let values else { throw unexpectedNull(column) }
        return values
    }

    /// text, varchar, bpchar, name, json, or something made by a user; the element's type is checked in the value.
    private func textArrayType(_ column: Int, _ wanted: StaticString) throws -> PostgresType {
        let type = try self.type(of: column)
        let isCandidate = [1009, 1015, 1014, 1003, 199].contains(type.rawValue) || type.rawValue >= 16384
        guard isCandidate else { throw mismatch(column, wanted) }
        return type
    }
}
