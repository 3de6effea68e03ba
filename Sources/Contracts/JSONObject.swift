/// What is wrong with a piece of JSON, and where.
public struct JSONProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public let offset: Int
    public let expected: String

    public var description: String { "at byte \(offset): expected \(expected)" }
}

/// One JSON object (RFC 8259) read in a single pass: member names with their values as slices of the input.
///
/// Values that are objects or arrays are checked and kept as their bytes. A repeated name keeps the last value.
/// Depth is limited to 16 and invalid UTF-8 is refused, so that hostile input costs no more than its length.
public struct JSONObject: Sendable {
    public enum Value: Sendable, Hashable {
        case null
        case bool(Bool)
        /// The digits as written.
        case number(String)
        case string(String)
        /// An array or object, as its bytes.
        case nested([UInt8])
    }

    public private(set) var members: [String: Value] = [:]

    public init(_ bytes: [UInt8]) throws(JSONProblem) {
        try self.init(bytes[...])
    }

    public init(_ bytes: ArraySlice<UInt8>) throws(JSONProblem) {
        var members: [String: Value] = [:]
        try JSONScanner.members(of: bytes) { scanner, name, token throws(JSONProblem) in
            members[try scanner.text(name)] = try scanner.value(token)
        }
        self.members = members
    }

    public subscript(name: String) -> Value? {
        members[name]
    }

    /// The string, or nil when the member is absent, null, or empty.
    public func string(_ name: String) -> String? {
        guard case .string(let text)? = members[name], !text.isEmpty else { return nil }
        return text
    }

    public func integer(_ name: String) -> Int64? {
        guard case .number(let text)? = members[name] else { return nil }
        return Int64(text)
    }

    public func bool(_ name: String) -> Bool? {
        guard case .bool(let value)? = members[name] else { return nil }
        return value
    }

    /// An array's elements as texts, numbers with their digits as written; nil unless the bytes are an array of nothing
    /// but texts and numbers.
    public static func texts(ofArray bytes: [UInt8]) -> [String]? {
        // What is malformed is no such array either.
        (try? JSONScanner.texts(bytes)) ?? nil
    }
}
