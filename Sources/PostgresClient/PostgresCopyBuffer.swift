/// Rows in the form binary COPY takes, built up in memory.
///
/// Each row: `beginRow()`, then one `append` per column, in the order of the columns named at `copy(into:_:)` and with
/// exactly their types: the server converts nothing here, so an `int32` for a `bigint` column fails the copy.
/// A row with too few or too many columns is a bug and stops the program.
public struct PostgresCopyBuffer: Sendable {
    /// How many rows were begun.
    public private(set) var rowCount = 0
    /// How many bytes the rows take, without COPY's header and trailer.
    public var byteCount: Int { bytes.count - PostgresCopyBuffer.header.count }

    private let columns: Int
    private var filled: Int
    private(set) var bytes: [UInt8]
    /// Of the first row's columns; inferred where only null is known.
    private(set) var types: [PostgresType] = []

    /// "PGCOPY", flags 0, no header extension.
    private static let header: [UInt8] =
        [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00] + [0, 0, 0, 0, 0, 0, 0, 0]

    /// An empty buffer for rows of so many columns; `reserve` is the number of bytes to expect.
    public init(columns: Int, reserve: Int = 0) {
        precondition(columns > 0 && columns <= 1600, "a row has between 1 and 1600 columns")
        self.columns = columns
        filled = columns
        bytes = []
        bytes.reserveCapacity(reserve + 32)
        bytes.append(contentsOf: Self.header)
    }

    /// Starts the next row. The one before must be complete.
    public mutating func beginRow() {
        checkComplete()
        bytes.appendBigEndian(Int16(columns))
        filled = 0
        rowCount += 1
    }

    /// Forgets the rows and keeps the memory.
    public mutating func removeAll() {
        bytes.removeSubrange(Self.header.count...)
        types = []
        rowCount = 0
        filled = columns
    }

    func checkComplete() {
        precondition(filled == columns, "row \(rowCount) has \(filled) columns, the buffer was made for \(columns)")
    }

    private mutating func begin(_ type: PostgresType) {
        precondition(filled < columns, "row \(rowCount) has more than the \(columns) columns the buffer was made for")
        filled += 1
        if rowCount == 1 { types.append(type) }
    }

    private mutating func column(_ type: PostgresType, width: Int) {
        begin(type)
        bytes.appendBigEndian(Int32(width))
    }

    private mutating func fixed<T: FixedWidthInteger>(_ type: PostgresType, _ value: T?) {
        guard let value else { return column(type, width: -1) }
        begin(type)
        bytes.appendCounted(value)
    }

    /// Null of any type.
    public mutating func appendNull() { column(.inferred, width: -1) }
    /// `boolean`
    public mutating func append(bool value: Bool?) { fixed(.bool, value.map { $0 ? 1 : 0 } as UInt8?) }
    /// `smallint`
    public mutating func append(int16 value: Int16?) { fixed(.int16, value) }
    /// `integer`
    public mutating func append(int32 value: Int32?) { fixed(.int32, value) }
    /// `bigint`
    public mutating func append(int64 value: Int64?) { fixed(.int64, value) }
    /// `double precision`
    public mutating func append(double value: Double?) { fixed(.double, value?.bitPattern) }
    /// `uuid`, the most significant byte first
    public mutating func append(uuid value: UInt128?) { fixed(.uuid, value) }
    /// `timestamp with time zone`, microseconds since 1970-01-01T00:00:00Z
    public mutating func append(timestamp value: Int64?) { fixed(.timestamp, value.map { $0 - Epoch.microseconds }) }
    /// `date`, days since 1970-01-01
    public mutating func append(date value: Int32?) { fixed(.date, value.map { $0 - Epoch.days }) }

    /// `text`; for `json` or an enum's label `append(binary:)`
    public mutating func append(text value: String?) {
        guard var value else { return column(.text, width: -1) }
        value.withUTF8 {
            column(.text, width: $0.count)
            bytes.append(contentsOf: $0)
        }
    }

    /// `text`, encoded already; must be UTF-8 without U+0000
    public mutating func append(utf8 value: [UInt8]?) { sized(.text, value) }

    /// `text`, encoded already; must be UTF-8 without U+0000
    public mutating func append(utf8 value: ArraySlice<UInt8>?) { sized(.text, value) }

    /// `bytea`
    public mutating func append(bytes value: [UInt8]?) { sized(.bytes, value) }

    /// A value of any type in its binary form, which for `json` and an enum is its text. Its rows are copied, however few.
    public mutating func append(binary value: [UInt8]?) { sized(.inferred, value) }

    private mutating func sized(_ type: PostgresType, _ value: (some Collection<UInt8>)?) {
        guard let value else { return column(type, width: -1) }
        column(type, width: value.count)
        bytes.append(contentsOf: value)
    }

    /// `jsonb`, from its text
    public mutating func append(jsonbText value: String?) {
        guard var value else { return column(.jsonb, width: -1) }
        value.withUTF8 {
            column(.jsonb, width: $0.count + 1)
            bytes.append(1)  // the version of jsonb's binary form
            bytes.append(contentsOf: $0)
        }
    }

    /// Any value a parameter can hold, arrays among them, except the text whose type the server infers.
    public mutating func append(_ parameter: PostgresParameter) {
        switch parameter.value {
        case .null: column(parameter.type, width: -1)
        case .word(let word, let count):
            column(parameter.type, width: count)
            for byte in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: word >> (UInt64(byte) * 8))) }
        case .wide(let wide): append(uuid: wide)
        case .bytes(let value): sized(parameter.type, value)
        case .text(let text): append(text: text)
        case .inferred: preconditionFailure("binary COPY cannot infer a type; use text: or jsonbText:")
        }
    }
}
