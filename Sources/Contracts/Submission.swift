import Domain

/// What a channel sent, before it is a request. All texts as sent; codes not yet looked up.
public struct Submission: Sendable, Hashable {
    /// `http`, `import`, or the name of the gateway.
    public var channel: String
    /// The channel's own id for it; sending it again is the same submission.
    public var sourceID: String?
    /// The `Idempotency-Key` of an HTTP client; goes before ``sourceID``.
    public var idempotencyKey: String?
    public var village: String
    public var service: String
    public var subject: String
    public var description: String
    public var name: String?
    public var phone: String?
    public var email: String?
    public var account: String?
    public var address: String?
    /// A JSON object of the service's attributes.
    public var attributes: [UInt8]?
    /// When the resident sent it, if the channel knows; nil: now.
    public var submittedAt: Instant?
    /// Fields that are there and of a wrong type; they are told of together with the rules that are broken.
    public var typeProblems: [FieldProblem] = []

    public init(
        channel: String, sourceID: String? = nil, idempotencyKey: String? = nil, village: String, service: String,
        subject: String, description: String, name: String? = nil, phone: String? = nil, email: String? = nil,
        account: String? = nil, address: String? = nil, attributes: [UInt8]? = nil, submittedAt: Instant? = nil
    ) {
        self.channel = channel
        self.sourceID = sourceID
        self.idempotencyKey = idempotencyKey
        self.village = village
        self.service = service
        self.subject = subject
        self.description = description
        self.name = name
        self.phone = phone
        self.email = email
        self.account = account
        self.address = address
        self.attributes = attributes
        self.submittedAt = submittedAt
    }
}

/// One thing wrong with a submission: which field, what was expected, in both languages of the county.
public struct FieldProblem: Sendable, Hashable {
    public var field: String
    public var code: String
    public var english: String
    public var chinese: String

    public init(field: String, code: String, english: String, chinese: String) {
        self.field = field
        self.code = code
        self.english = english
        self.chinese = chinese
    }
}

/// `tuesday.submissions.v1` and the body of `POST /v1/requests`. Schema: `submission.v1.json`.
public enum SubmissionRecord {
    public static let schema = "urn:tuesday:schema:submission:v1"
    public static let type = "tuesday.submission"

    /// Reads the JSON. Fields of a wrong type are all named in ``Submission/typeProblems``; unknown members are ignored.
    public static func submission(_ value: [UInt8]?, channel: String) throws(RecordProblem) -> Submission {
        try submission(value.map { $0[...] }, channel: channel)
    }

    /// Reads the JSON. Fields of a wrong type are all named in ``Submission/typeProblems``; unknown members are ignored.
    public static func submission(_ value: ArraySlice<UInt8>?, channel: String) throws(RecordProblem) -> Submission {
        guard let value else {
            throw RecordProblem(reason: "malformed", detail: "expected a JSON object, found a tombstone")
        }
        var reader = SubmissionReader()
        do {
            try JSONScanner.members(of: value) { scanner, name, token throws(JSONProblem) in
                try reader.take(name, token, scanner)
            }
        } catch {
            throw RecordProblem(reason: "malformed", detail: "JSON \(error)")
        }
        return reader.submission(channel: channel)
    }

    public static func body(of submission: Submission) -> [UInt8] {
        var json = JSONWriter()
        json.write("channel", submission.channel)
        if let value = submission.sourceID { json.write("source_id", value) }
        json.write("village", submission.village)
        json.write("service", submission.service)
        json.write("subject", submission.subject)
        json.write("description", submission.description)
        if let value = submission.name { json.write("name", value) }
        if let value = submission.phone { json.write("phone", value) }
        if let value = submission.email { json.write("email", value) }
        if let value = submission.account { json.write("account", value) }
        if let value = submission.address { json.write("address", value) }
        if let value = submission.attributes { json.write("attributes", json: value) }
        if let value = submission.submittedAt { json.write("submitted_at", value) }
        return json.finish()
    }
}

/// Everything wrong with one submission, at once.
public struct FieldProblems: Error, Sendable, Hashable {
    public var problems: [FieldProblem]

    public init(_ problems: [FieldProblem]) {
        self.problems = problems
    }
}
