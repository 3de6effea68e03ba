/// One thing a request for a service is asked besides its description, as Open311 defines it.
public struct ServiceAttribute: Sendable, Hashable {
    /// What an answer is. The words are Open311's, and stored.
    public enum Datatype: String, Sendable, CaseIterable {
        /// One line.
        case string
        case number
        /// An instant, with a zone.
        case datetime
        /// Several lines.
        case text
        /// The key of one of ``ServiceAttribute/values``.
        case singleValueList = "singlevaluelist"
        /// Keys of any of ``ServiceAttribute/values``.
        case multiValueList = "multivaluelist"

        public var isList: Bool { self == .singleValueList || self == .multiValueList }
    }

    /// One answer of a list.
    public struct Value: Sendable, Hashable {
        public let key: String
        public let name: String
        /// Empty when it was not given.
        public let nameInEnglish: String

        public init(key: String, name: String, nameInEnglish: String) {
            self.key = key
            self.name = name
            self.nameInEnglish = nameInEnglish
        }
    }

    /// Unique within the service.
    public let code: String
    public let datatype: Datatype
    /// A request without it is refused.
    public let isRequired: Bool
    /// The question.
    public let description: String
    /// Empty when it was not given.
    public let descriptionInEnglish: String
    /// In the order in which they are offered; empty unless the datatype is a list.
    public let values: [Value]

    public init(
        code: String, datatype: Datatype, isRequired: Bool, description: String, descriptionInEnglish: String,
        values: [Value]
    ) {
        self.code = code
        self.datatype = datatype
        self.isRequired = isRequired
        self.description = description
        self.descriptionInEnglish = descriptionInEnglish
        self.values = values
    }
}

/// What a submission answers to one attribute.
public enum AttributeAnswer: Sendable, Hashable {
    /// Nothing, or something empty.
    case none
    /// A text or number, as written.
    case text(String)
    case texts([String])
    /// Something that is neither.
    case other
}

/// What is wrong with an answer.
public enum AttributeFault: Error, Sendable, Hashable {
    case missing
    /// One text or number was expected.
    case notOneValue
    /// For lists of several: texts were expected.
    case notValues
    case tooLong(limit: Int)
    case notANumber
    case notATime
    /// Not among the values.
    case unknownValues([String])
}

extension ServiceAttribute {
    /// Longest answers taken, in Unicode scalars.
    public static let stringLimit = 500
    public static let textLimit = 20_000

    /// The first thing wrong with an answer, or nil.
    ///
    /// One text in an array counts as the text, and for a list of several one text as an array of it: that is how forms
    /// send them.
    /// - Parameter isTime: whether a text is an instant with a zone.
    public func fault(in answer: AttributeAnswer, isTime: (String) -> Bool) -> AttributeFault? {
        let texts: [String]
        switch answer {
        case .none: return isRequired ? .missing : nil
        case .text(let text): texts = [text]
        case .texts(let all): texts = all
        case .other: return datatype == .multiValueList ? .notValues : .notOneValue
        }
        if datatype == .multiValueList { return unknown(texts) }
        guard let text = texts.first, texts.count == 1 else { return .notOneValue }
        switch datatype {
        case .string: return Self.length(of: text, within: Self.stringLimit)
        case .text: return Self.length(of: text, within: Self.textLimit)
        case .number: return Self.isNumber(text) ? nil : .notANumber
        case .datetime: return isTime(text) ? nil : .notATime
        case .singleValueList, .multiValueList: return unknown(texts)
        }
    }

    private func unknown(_ texts: [String]) -> AttributeFault? {
        let unknown = texts.filter { text in !values.contains { $0.key == text } }
        return unknown.isEmpty ? nil : .unknownValues(unknown)
    }

    private static func length(of text: String, within limit: Int) -> AttributeFault? {
        text.utf8.count > limit && text.unicodeScalars.count > limit ? .tooLong(limit: limit) : nil
    }

    /// Decimal, as JSON writes numbers; not "0x1F", "inf" or "nan", which Swift would take too.
    private static func isNumber(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
        } && Double(text)?.isFinite == true
    }
}
