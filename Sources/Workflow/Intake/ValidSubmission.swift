import Contracts
import Domain

/// A submission that broke no rule, with its codes looked up.
public struct ValidSubmission: Sendable {
    public var submission: Submission
    public var place: RequestEvent.Place
    public var priority: Int16
    /// Nil: it is another one each time it comes.
    public var identity: UInt128?
    public var bodyHash: UInt128
    /// What else is already known about it (imports of old records).
    public var history: History?
    /// Where its record stands, if it came from a topic.
    public var position: LogPosition?

    /// The past of a request that was served before Tuesday kept it.
    public struct History: Sendable {
        public var acceptedAt: Instant
        /// When it was answered outside Tuesday.
        public var resolvedAt: Instant?
        /// That answer's text.
        public var reply: String?
        /// By when it was to be answered.
        public var dueAt: Instant
        /// It was not.
        public var isBreached: Bool

        public init(
            acceptedAt: Instant, resolvedAt: Instant?, reply: String? = nil, dueAt: Instant, isBreached: Bool
        ) {
            self.acceptedAt = acceptedAt
            self.resolvedAt = resolvedAt
            self.reply = reply
            self.dueAt = dueAt
            self.isBreached = isBreached
        }
    }
}

extension ValidSubmission {
    /// It came as this record: without a key of its own it has the record's.
    mutating func isRecord(_ record: IncomingRecord, from origin: RecordOrigin) {
        position = LogPosition(of: record)
        identity = identity ?? SubmissionIdentity.key(
            of: record, in: origin.topic, partition: origin.partition, bodyHash: bodyHash)
    }
}

extension Submission {
    /// Longest texts taken, in characters as JSON Schema counts them: Unicode scalars.
    public static let subjectLimit = 500
    public static let descriptionLimit = 20_000
    public static let contactLimit = 200
    public static let channelLimit = 40
    /// Times before it are taken for mistakes: the working calendar begins then.
    public static let firstInstant = Instant(seconds: 946_684_800)  // 2000-01-01T00:00:00Z

    /// Checks everything and names everything that is wrong, not only the first thing.
    ///
    /// - Parameter asksAttributes: whether the service's attributes are checked; not for records of other systems, whose
    ///   senders nobody asked.
    public func validated(
        against registers: RegisterCache.Snapshot, asksAttributes: Bool = true
    ) -> Result<ValidSubmission, FieldProblems> {
        var problems = typeProblems
        func problem(_ field: String, _ code: String, _ english: String, _ chinese: String) {
            // A field that could not be read looks as if it were missing.
            guard !typeProblems.contains(where: { $0.field == field }) else { return }
            problems.append(FieldProblem(field: field, code: code, english: english, chinese: chinese))
        }
        let register = registers.register(ofVillage: village)
        let wanted = register?.serviceByCode[service].flatMap { register?.services[$0] }
        if village.isEmpty {
            problem("village", "missing", "\"village\" is missing: give the village's code", "缺少“village”：请填写村编码")
        } else if register == nil {
            problem(
                "village", "unknown_village", "no village has the code \"\(village.prefix(40))\"",
                "没有编码为“\(village.prefix(40))”的村")
        }
        if service.isEmpty {
            problem("service", "missing", "\"service\" is missing: give the service's code", "缺少“service”：请填写事项编码")
        } else if wanted == nil, register != nil || !registers.knows(service: service) {
            problem(
                "service", "unknown_service", "no service has the code \"\(service.prefix(40))\"",
                "没有编码为“\(service.prefix(40))”的服务事项")
        }
        if subject.isEmpty, description.isEmpty {
            problem(
                "description", "missing", "\"description\" is missing: say what is needed",
                "缺少“description”：请说明诉求")
        }
        func check(_ field: String, _ text: String?, _ limit: Int) {
            guard let text else { return }
            if text.utf8.count > limit, text.unicodeScalars.count > limit {
                let count = text.unicodeScalars.count
                problem(
                    field, "too_long", "\"\(field)\" has \(count) characters; at most \(limit) are taken",
                    "“\(field)”有\(count)个字符，最多\(limit)个")
            }
            if text.utf8.contains(0) {
                problem(field, "has_nul", "\"\(field)\" contains a NUL character", "“\(field)”含有空字符")
            }
        }
        check("subject", subject, Self.subjectLimit)
        check("description", description, Self.descriptionLimit)
        check("name", name, Self.contactLimit)
        check("phone", phone, Self.contactLimit)
        check("email", email, Self.contactLimit)
        check("account", account, Self.contactLimit)
        check("address", address, Self.subjectLimit)
        check("source_id", sourceID, Self.contactLimit)
        check("channel", channel, Self.channelLimit)
        check("idempotency_key", idempotencyKey, Self.contactLimit)
        if let submittedAt, submittedAt < Self.firstInstant {
            problem(
                "submitted_at", "not_plausible", "\"submitted_at\" is before 2000; give the time it was sent, or none",
                "“submitted_at”早于 2000 年；请填写提交时间，或不填")
        }
        if asksAttributes, let wanted, !wanted.attributes.isEmpty {
            problems += self.problems(with: wanted.attributes)
        }
        guard problems.isEmpty, let register, let villageID = register.villageByCode[village],
            let place = register.villages[villageID], let wanted
        else { return .failure(FieldProblems(problems)) }
        return .success(
            ValidSubmission(
                submission: self,
                place: .init(county: register.county.id, town: place.town, village: villageID, service: wanted.id),
                priority: wanted.priority, identity: SubmissionIdentity.key(of: self),
                bodyHash: SubmissionIdentity.bodyHash(of: self)))
    }
}
