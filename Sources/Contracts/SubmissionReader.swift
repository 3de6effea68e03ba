import Domain

/// Collects a submission's members in one pass, without making values it does not need. A repeated name keeps its last
/// value.
struct SubmissionReader {
    private enum Member: Int, CaseIterable {
        case channel, sourceID, village, service, subject, description, name, phone, email, account, address
        case attributes, submittedAt
    }

    /// In the order in which ``SubmissionRecord`` writes them: the next name is often the next of these.
    private static let names: [StaticString] = [
        "channel", "source_id", "village", "service", "subject", "description", "name", "phone", "email", "account",
        "address", "attributes", "submitted_at",
    ]

    private var texts = [String?](repeating: nil, count: names.count)
    private var attributes: [UInt8]?
    /// Members that are there and of another type.
    private var mistyped: Set<Member> = []
    /// Where in the usual order the last member stood.
    private var place = 0

    mutating func take(
        _ name: JSONScanner.Text, _ token: JSONScanner.Token, _ json: JSONScanner
    ) throws(JSONProblem) {
        guard let index = json.index(of: name, among: Self.names, from: place) else { return }
        place = index + 1
        guard let member = Member(rawValue: index) else { return }
        if !mistyped.isEmpty { mistyped.remove(member) }
        texts[index] = nil
        if member == .attributes { attributes = nil }
        switch token {
        case .null: break
        case .string(let text) where member != .attributes:
            let value = try json.text(text)
            texts[index] = value.isEmpty ? nil : value
        case .nested(let range) where member == .attributes && json.slice(range).first == UInt8(ascii: "{"):
            attributes = Array(json.slice(range))
        default: mistyped.insert(member)
        }
    }

    /// - Parameter channel: where the submission names none.
    consuming func submission(channel: String) -> Submission {
        var problems: [FieldProblem] = []
        if !mistyped.isEmpty { problems = Member.allCases.filter(mistyped.contains).map(Self.problem) }
        let written = text(.submittedAt)
        let submittedAt = written.flatMap { ISO8601.parse($0.utf8) }
        if written != nil, submittedAt == nil {
            problems.append(
                .init(
                    field: "submitted_at", code: "not_a_time",
                    english: "\"submitted_at\" must be a time with a zone, like 2026-11-23T09:30:00+08:00",
                    chinese: "“submitted_at”必须是带时区的时间，例如 2026-11-23T09:30:00+08:00"))
        }
        var submission = Submission(
            channel: text(.channel) ?? channel, sourceID: text(.sourceID), village: text(.village) ?? "",
            service: text(.service) ?? "", subject: text(.subject) ?? "", description: text(.description) ?? "",
            name: text(.name), phone: text(.phone), email: text(.email), account: text(.account),
            address: text(.address), attributes: attributes, submittedAt: submittedAt)
        submission.typeProblems = problems
        return submission
    }

    private func text(_ member: Member) -> String? { texts[member.rawValue] }

    private static func problem(_ member: Member) -> FieldProblem {
        let name = names[member.rawValue].description
        return member == .attributes
            ? FieldProblem(
                field: name, code: "not_an_object", english: "\"\(name)\" must be an object",
                chinese: "“\(name)”必须是对象")
            : FieldProblem(
                field: name, code: "not_text", english: "\"\(name)\" must be a string", chinese: "“\(name)”必须是字符串")
    }
}
