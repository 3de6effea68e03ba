extension PostgresCopyBuffer {
    /// The rows as one `insert`: an array for each column, side by side. Nil without rows, and when the first row does not
    /// tell the type of every column.
    ///
    /// Nothing is converted: an array holds its elements in the very form in which COPY takes fields.
    func insert(into target: String) -> PostgresCall? {
        checkComplete()
        let arrays = types.compactMap(\.array)
        guard rowCount > 0, arrays.count == types.count else { return nil }
        let numbers = arrays.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        return PostgresCall(
            PostgresStatement("insert into \(target) select * from unnest(\(numbers))"),
            zip(arrays, arrayBodies()).map { PostgresParameter($0, .bytes($1)) })
    }

    private func arrayBodies() -> [[UInt8]] {
        var bodies = types.map { type in
            var body: [UInt8] = []
            body.reserveCapacity(20 + byteCount / types.count)
            body.appendBigEndian(Int32(1))  // dimension
            body.appendBigEndian(Int32(1))  // may hold nulls
            body.appendBigEndian(type.rawValue)
            body.appendBigEndian(Int32(rowCount))
            body.appendBigEndian(Int32(1))  // lower bound
            return body
        }
        var place = bytes.count - byteCount
        for _ in 0..<rowCount {
            place += 2  // the number of columns
            for column in bodies.indices {
                let width = bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
                let end = place + 4 + max(0, Int(Int32(bitPattern: width)))
                bodies[column].append(contentsOf: bytes[place..<end])
                place = end
            }
        }
        return bodies
    }
}
