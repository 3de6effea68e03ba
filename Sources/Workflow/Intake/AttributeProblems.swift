import Contracts
import Domain

extension Submission {
    /// Everything that is wrong with the answers to a service's attributes. Members nobody asked for are kept as they
    /// are.
    func problems(with attributes: [ServiceAttribute]) -> [FieldProblem] {
        // Bytes that are no object were refused when the submission was read; here they answer nothing.
        let object = self.attributes.flatMap { try? JSONObject($0) }
        return attributes.compactMap { attribute in
            attribute.fault(in: AttributeAnswer(object?[attribute.code])) { ISO8601.parse($0.utf8) != nil }
                .map { attribute.problem($0) }
        }
    }
}

extension AttributeAnswer {
    init(_ value: JSONObject.Value?) {
        switch value {
        case nil, .null?: self = .none
        case .string(let text)?: self = text.isEmpty ? .none : .text(text)
        case .number(let digits)?: self = .text(digits)
        case .bool?: self = .other
        case .nested(let bytes)?:
            guard let texts = JSONObject.texts(ofArray: bytes) else {
                self = .other
                return
            }
            let filled = texts.filter { !$0.isEmpty }
            self = filled.isEmpty ? .none : .texts(filled)
        }
    }
}

extension ServiceAttribute {
    /// Field names of attributes begin with it.
    static let fieldPrefix = "attributes."

    fileprivate func problem(_ fault: AttributeFault) -> FieldProblem {
        let field = Self.fieldPrefix + code
        func problem(_ code: String, _ english: String, _ chinese: String) -> FieldProblem {
            FieldProblem(field: field, code: code, english: "\"\(field)\" \(english)", chinese: "“\(field)”\(chinese)")
        }
        let question = descriptionInEnglish.isEmpty ? description : descriptionInEnglish
        switch fault {
        case .missing:
            return FieldProblem(
                field: field, code: "missing",
                english: "\"\(field)\" is missing: \(question)" + (values.isEmpty ? "" : " (\(choices))"),
                chinese: "缺少“\(field)”：\(description)" + (values.isEmpty ? "" : "（\(choicesInChinese)）"))
        case .notOneValue: return problem("not_one_value", "must be one text or number", "必须是单个文本或数字")
        case .notValues: return problem("not_values", "must be an array of \(choices)", "必须是数组，可选：\(choicesInChinese)")
        case .tooLong(let limit):
            return problem("too_long", "is too long; at most \(limit) characters are taken", "过长，最多\(limit)个字符")
        case .notANumber: return problem("not_a_number", "must be a number", "必须是数字")
        case .notATime:
            return problem(
                "not_a_time", "must be a time with a zone, like 2026-11-23T09:30:00+08:00",
                "必须是带时区的时间，例如 2026-11-23T09:30:00+08:00")
        case .unknownValues(let unknown):
            let found = unknown.prefix(5).map { "\"\($0.prefix(40))\"" }.joined(separator: ", ")
            return problem(
                "unknown_value", "must be of \(choices), not \(found)", "只能选：\(choicesInChinese)；不能是 \(found)")
        }
    }

    private var choices: String {
        values.map { $0.nameInEnglish.isEmpty ? $0.key : "\($0.key): \($0.nameInEnglish)" }.joined(separator: ", ")
    }

    private var choicesInChinese: String { values.map { "\($0.key)：\($0.name)" }.joined(separator: "，") }
}
