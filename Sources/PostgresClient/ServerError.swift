import CLibpq

/// Reads what the server said about an error out of a result.
enum ServerError {
    /// The failure that an error result stands for, and whether the server ended the connection with it.
    static func read(_ result: OpaquePointer) -> (failure: PostgresFailure, endsConnection: Bool) {
        let state = field(result, "C")
        let severity = field(result, "V") ?? ""
        let fatal = severity == "FATAL" || severity == "PANIC"
        let primary =
            field(result, "M")
            ?? PQresultErrorMessage(result).map { oneLine(String(cString: $0)) }
            ?? "the server gave no message"
        var message = primary
        var detail: [String] = []
        // Class 22 quotes the input: `invalid input syntax for type integer: "Garcia"`.
        if state?.hasPrefix("22") == true, let cut = firstQuotedInput(in: primary) {
            message = String(primary[..<cut])
            detail.append("MESSAGE: \(primary)")
        }
        if let position = field(result, "P") { message += " at character \(position)" }
        for (label, code) in [("DETAIL", "D"), ("HINT", "H"), ("CONTEXT", "W"), ("QUERY", "q")] as [(String, Unicode.Scalar)] {
            if let text = field(result, code) { detail.append("\(label): \(text)") }
        }
        let failure = PostgresFailure(
            kind: fatal ? fatalKind(state) : kind(state), message: message, sqlState: state,
            constraint: field(result, "n"), statementIndex: nil,
            privateDetail: detail.isEmpty ? nil : detail.joined(separator: "\n"))
        return (failure, fatal)
    }

    /// One of the `PG_DIAG_` fields.
    static func field(_ result: OpaquePointer, _ code: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }

    /// libpq's messages end in a newline and may hold several lines.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    private static func kind(_ state: String?) -> PostgresFailure.Kind {
        guard let state else { return .other }
        switch state {
        case "40001": return .serialization
        case "40P01": return .deadlock
        case "40003", "08007": return .ambiguousCommit
        case "23505": return .uniqueViolation
        case "55P03": return .lockTimeout
        case "57014": return .statementTimeout
        default: break
        }
        if state.hasPrefix("57P0") { return .unavailable }
        switch state.prefix(2) {
        case "08", "53": return .unavailable
        case "23": return .constraint
        case "42": return .syntaxOrAccess
        default: return .other
        }
    }

    private static func fatalKind(_ state: String?) -> PostgresFailure.Kind {
        state == "08007" || state == "40003" ? .ambiguousCommit : .unavailable
    }

    private static func firstQuotedInput(in message: String) -> String.Index? {
        var index = message.startIndex
        while index < message.endIndex {
            if message[index...].hasPrefix(": \"") || message[index...].hasPrefix(" \"") { return index }
            index = message.index(after: index)
        }
        return nil
    }
}
