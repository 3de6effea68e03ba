import CLibpq

/// The rows a statement returned and how many it touched. Rows stay where libpq put them; nothing is copied.
public struct PostgresResult: Sendable, Sequence {
    let storage: ResultStorage
    /// How many rows were returned.
    public let count: Int
    /// How many rows were inserted, updated, deleted, selected or copied, as the command's tag has it.
    public let affected: Int

    init(_ result: OpaquePointer) {
        storage = ResultStorage(result)
        count = Int(PQntuples(result))
        affected = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// One row; `row` counts from 0 and must be below `count`.
    public subscript(row: Int) -> PostgresRow {
        precondition(row >= 0 && row < count, "row \(row) of a result with \(count) rows")
        return PostgresRow(storage: storage, row: Int32(row))
    }

    /// The first row, or nil when there is none.
    public var first: PostgresRow? { count > 0 ? self[0] : nil }

    /// The columns' names in order.
    public var columnNames: [String] {
        (0..<PQnfields(storage.pointer)).map { String(cString: PQfname(storage.pointer, $0)) }
    }

    /// The command's tag, such as `INSERT 0 1` or `COMMIT`.
    public var commandTag: String { storage.commandTag }

    /// The rows in order.
    public func makeIterator() -> Iterator { Iterator(result: self, next: 0) }

    /// The rows in order.
    public struct Iterator: IteratorProtocol {
        let result: PostgresResult
        var row: Int

        init(result: PostgresResult, next: Int) {
            self.result = result
            row = next
        }

        /// The next row.
        public mutating func next() -> PostgresRow? {
            guard row < result.count else { return nil }
            defer { row += 1 }
            return result[row]
        }
    }
}

/// Owns a `PGresult`.
///
/// `@unchecked` is true because libpq never changes a result after `PQgetResult` returned it, only reading functions
/// are called on it here, and it is freed once, by the last owner.
final class ResultStorage: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    var commandTag: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }
}
