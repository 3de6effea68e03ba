/// Arrays as parameters: one dimension, the form `unnest($1, $2)` takes. The `optional...` forms may hold nulls.
extension PostgresParameter {
    /// `boolean[]`
    public static func bools(_ values: [Bool]) -> Self {
        array(.bools, of: .bool, values, width: 1) { $0.append($1 ? 1 : 0) }
    }
    /// `boolean[]`, may hold nulls
    public static func optionalBools(_ values: [Bool?]) -> Self {
        optionalArray(.bools, of: .bool, values, width: 1) { $0.append($1 ? 1 : 0) }
    }
    /// `smallint[]`
    public static func int16s(_ values: [Int16]) -> Self {
        array(.int16s, of: .int16, values, width: 2) { $0.appendBigEndian($1) }
    }
    /// `smallint[]`, may hold nulls
    public static func optionalInt16s(_ values: [Int16?]) -> Self {
        optionalArray(.int16s, of: .int16, values, width: 2) { $0.appendBigEndian($1) }
    }
    /// `integer[]`
    public static func int32s(_ values: [Int32]) -> Self {
        array(.int32s, of: .int32, values, width: 4) { $0.appendBigEndian($1) }
    }
    /// `integer[]`, may hold nulls
    public static func optionalInt32s(_ values: [Int32?]) -> Self {
        optionalArray(.int32s, of: .int32, values, width: 4) { $0.appendBigEndian($1) }
    }
    /// `bigint[]`
    public static func int64s(_ values: [Int64]) -> Self {
        array(.int64s, of: .int64, values, width: 8) { $0.appendBigEndian($1) }
    }
    /// `bigint[]`, may hold nulls
    public static func optionalInt64s(_ values: [Int64?]) -> Self {
        optionalArray(.int64s, of: .int64, values, width: 8) { $0.appendBigEndian($1) }
    }
    /// `double precision[]`
    public static func doubles(_ values: [Double]) -> Self {
        array(.doubles, of: .double, values, width: 8) { $0.appendBigEndian($1.bitPattern) }
    }
    /// `double precision[]`, may hold nulls
    public static func optionalDoubles(_ values: [Double?]) -> Self {
        optionalArray(.doubles, of: .double, values, width: 8) { $0.appendBigEndian($1.bitPattern) }
    }
    /// `text[]`
    public static func texts(_ values: [String]) -> Self {
        array(.texts, of: .text, values, width: nil) { $0.append(contentsOf: $1.utf8) }
    }
    /// `text[]`, may hold nulls
    public static func optionalTexts(_ values: [String?]) -> Self {
        optionalArray(.texts, of: .text, values, width: nil) { $0.append(contentsOf: $1.utf8) }
    }
    /// `bytea[]`
    public static func byteArrays(_ values: [[UInt8]]) -> Self {
        array(.byteArrays, of: .bytes, values, width: nil) { $0.append(contentsOf: $1) }
    }
    /// `bytea[]`, may hold nulls
    public static func optionalByteArrays(_ values: [[UInt8]?]) -> Self {
        optionalArray(.byteArrays, of: .bytes, values, width: nil) { $0.append(contentsOf: $1) }
    }
    /// `uuid[]`
    public static func uuids(_ values: [UInt128]) -> Self {
        array(.uuids, of: .uuid, values, width: 16) { $0.appendBigEndian($1) }
    }
    /// `uuid[]`, may hold nulls
    public static func optionalUUIDs(_ values: [UInt128?]) -> Self {
        optionalArray(.uuids, of: .uuid, values, width: 16) { $0.appendBigEndian($1) }
    }
    /// `timestamp with time zone[]`, microseconds since 1970-01-01T00:00:00Z
    public static func timestamps(_ values: [Int64]) -> Self {
        array(.timestamps, of: .timestamp, values, width: 8) { $0.appendBigEndian($1 - Epoch.microseconds) }
    }
    /// `timestamp with time zone[]`, microseconds since 1970-01-01T00:00:00Z and may hold nulls
    public static func optionalTimestamps(_ values: [Int64?]) -> Self {
        optionalArray(.timestamps, of: .timestamp, values, width: 8) { $0.appendBigEndian($1 - Epoch.microseconds) }
    }
    /// `date[]`, days since 1970-01-01
    public static func dates(_ values: [Int32]) -> Self {
        array(.dates, of: .date, values, width: 4) { $0.appendBigEndian($1 - Epoch.days) }
    }
    /// `date[]`, days since 1970-01-01 and may hold nulls
    public static func optionalDates(_ values: [Int32?]) -> Self {
        optionalArray(.dates, of: .date, values, width: 4) { $0.appendBigEndian($1 - Epoch.days) }
    }

    private static func array<T>(
        _ type: PostgresType, of element: PostgresType, _ values: [T], width: Int?,
        _ append: (inout [UInt8], T) -> Void
    ) -> Self {
        var bytes = header(element, count: values.count, hasNulls: false, width: width)
        for value in values {
            bytes.appendCounted(width: width) { append(&$0, value) }
        }
        return Self(type, .bytes(bytes))
    }

    private static func optionalArray<T>(
        _ type: PostgresType, of element: PostgresType, _ values: [T?], width: Int?,
        _ append: (inout [UInt8], T) -> Void
    ) -> Self {
        var bytes = header(element, count: values.count, hasNulls: true, width: width)
        for value in values {
            if let value {
                bytes.appendCounted(width: width) { append(&$0, value) }
            } else {
                bytes.appendBigEndian(Int32(-1))
            }
        }
        return Self(type, .bytes(bytes))
    }

    private static func header(_ element: PostgresType, count: Int, hasNulls: Bool, width: Int?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + count * (4 + (width ?? 24)))
        bytes.appendBigEndian(Int32(count == 0 ? 0 : 1))  // dimensions
        bytes.appendBigEndian(Int32(hasNulls ? 1 : 0))
        bytes.appendBigEndian(element.rawValue)
        if count > 0 {
            bytes.appendBigEndian(Int32(count))
            bytes.appendBigEndian(Int32(1))  // lower bound
        }
        return bytes
    }
}
