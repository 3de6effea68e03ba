/// The types a parameter can be sent as: PostgreSQL's object ids, which are fixed for built-in types.
public struct PostgresType: RawRepresentable, Sendable, Hashable {
    /// The object id in `pg_type`.
    public let rawValue: UInt32
    /// A type by its object id.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    private init(_ oid: UInt32) { rawValue = oid }

    /// Left to the server, which takes the type the context asks for.
    public static let inferred = PostgresType(0)
    /// `boolean`
    public static let bool = PostgresType(16)
    /// `bytea`
    public static let bytes = PostgresType(17)
    /// `bigint`
    public static let int64 = PostgresType(20)
    /// `smallint`
    public static let int16 = PostgresType(21)
    /// `integer`
    public static let int32 = PostgresType(23)
    /// `text`
    public static let text = PostgresType(25)
    /// `json`
    public static let json = PostgresType(114)
    /// `real`; read only
    public static let float = PostgresType(700)
    /// `double precision`
    public static let double = PostgresType(701)
    /// `date`
    public static let date = PostgresType(1082)
    /// `timestamp without time zone`; read only
    public static let localTimestamp = PostgresType(1114)
    /// `timestamp with time zone`
    public static let timestamp = PostgresType(1184)
    /// `uuid`
    public static let uuid = PostgresType(2950)
    /// `jsonb`
    public static let jsonb = PostgresType(3802)
    /// `boolean[]`
    public static let bools = PostgresType(1000)
    /// `bytea[]`
    public static let byteArrays = PostgresType(1001)
    /// `smallint[]`
    public static let int16s = PostgresType(1005)
    /// `integer[]`
    public static let int32s = PostgresType(1007)
    /// `text[]`
    public static let texts = PostgresType(1009)
    /// `bigint[]`
    public static let int64s = PostgresType(1016)
    /// `double precision[]`
    public static let doubles = PostgresType(1022)
    /// `date[]`
    public static let dates = PostgresType(1182)
    /// `timestamp with time zone[]`
    public static let timestamps = PostgresType(1185)
    /// `uuid[]`
    public static let uuids = PostgresType(2951)

    /// The type of arrays of it, where this list has one.
    var array: PostgresType? {
        switch self {
        case .bool: .bools
        case .bytes: .byteArrays
        case .int16: .int16s
        case .int32: .int32s
        case .int64: .int64s
        case .text: .texts
        case .double: .doubles
        case .date: .dates
        case .timestamp: .timestamps
        case .uuid: .uuids
        default: nil
        }
    }

    /// Whether the binary form of a value is its UTF-8 text. Types made by users (enums, citext) count as text.
    var isTextual: Bool {
        switch rawValue {
        case 18, 19, 25, 114, 142, 705, 1042, 1043, 3802: true
        default: rawValue >= 16384
        }
    }
}

/// PostgreSQL counts from 2000-01-01, this project from 1970-01-01.
enum Epoch {
    static let microseconds: Int64 = 946_684_800_000_000
    static let days: Int32 = 10_957
}
