/// A JSON array on standard output, as ``CommandOutput/printJSON(_:)`` prints it, of which no element is kept.
struct JSONArrayOutput {
    private var isEmpty = true

    mutating func print(_ element: some Encodable) throws {
        let lines = try CommandOutput.json(element).split(separator: "\n")
        Swift.print(isEmpty ? "[" : ",")
        Swift.print(lines.map { "  \($0)" }.joined(separator: "\n"), terminator: "")
        isEmpty = false
    }

    func end() {
        Swift.print(isEmpty ? "[\n\n]" : "\n]")
    }
}
