/// One bound value: its type and its binary form. A nil value is null of that type.
///
/// Integers, arrays and so on are exactly typed (`$1` is `bigint` for `.int64`), so that a statement is prepared once
/// whatever the values; where a column has another type, cast in the SQL: `$1::cadre_kind`.
public struct PostgresParameter: Sendable {
    enum Value: Sendable {
        case null
        case word(UInt64, count: Int)
        case wide(UInt128)
        case bytes([UInt8])
        case text(String)
        /// In text format, type left to the server.
        case inferred(String)
    }

    let type: PostgresType
    let value: Value

    init(_ type: PostgresType, _ value: Value?) {
        self.type = type
        self.value = value ?? .null
    }

    /// Null of a type.
    public static func null(_ type: PostgresType) -> Self { Self(type, nil) }
    /// `boolean`
    public static func bool(_ value: Bool?) -> Self { Self(.bool, value.map { .word($0 ? 1 : 0, count: 1) }) }
    /// `smallint`
    public static func int16(_ value: Int16?) -> Self {
        Self(.int16, value.map { .word(UInt64(UInt16(bitPattern: $0)), count: 2) })
    }
    /// `integer`
    public static func int32(_ value: Int32?) -> Self {
        Self(.int32, value.map { .word(UInt64(UInt32(bitPattern: $0)), count: 4) })
    }
    /// `bigint`
    public static func int64(_ value: Int64?) -> Self {
        Self(.int64, value.map { .word(UInt64(bitPattern: $0), count: 8) })
    }
    /// `double precision`
    public static func double(_ value: Double?) -> Self { Self(.double, value.map { .word($0.bitPattern, count: 8) }) }
    /// `text`; the server refuses U+0000 (SQLSTATE 22021)
    public static func text(_ value: String?) -> Self { Self(.text, value.map { .text($0) }) }
    /// `bytea`
    public static func bytes(_ value: [UInt8]?) -> Self { Self(.bytes, value.map { .bytes($0) }) }
    /// `uuid`, the most significant byte first
    public static func uuid(_ value: UInt128?) -> Self { Self(.uuid, value.map { .wide($0) }) }
    /// `timestamp with time zone`, microseconds since 1970-01-01T00:00:00Z
    public static func timestamp(microseconds value: Int64?) -> Self {
        Self(.timestamp, value.map { .word(UInt64(bitPattern: $0 - Epoch.microseconds), count: 8) })
    }
    /// `date`, days since 1970-01-01
    public static func date(daysSince1970 value: Int32?) -> Self {
        Self(.date, value.map { .word(UInt64(UInt32(bitPattern: $0 - Epoch.days)), count: 4) })
    }
    /// `json` or `jsonb`, whichever the context asks for; the text must not hold U+0000
    public static func jsonText(_ value: String?) -> Self { unspecified(value) }
    /// Text whose type the server takes from the context, as it does for a quoted literal: an enum's label, an interval.
    /// The text must not hold U+0000.
    public static func unspecified(_ value: String?) -> Self { Self(.inferred, value.map { .inferred($0) }) }
}
