import Contracts

/// What a column of an imported file of requests can hold.
public enum RequestField: String, Sendable, Hashable, CaseIterable {
    case village
    case service
    case subject
    case description
    case name
    case phone
    case email
    case account
    case address
    case channel
    case sourceID = "source_id"
    case submittedAt = "submitted_at"
    case reply
    case repliedAt = "replied_at"

    /// What a cell holds.
    public var meaning: String {
        switch self {
        case .village: "the village's code"
        case .service: "the service's code"
        case .subject: "what it is about, up to \(Submission.subjectLimit) characters"
        case .description: "what is needed, up to \(Submission.descriptionLimit) characters; or the subject says it all"
        case .name: "the resident's name"
        case .phone: "the resident's telephone"
        case .email: "the resident's e-mail address"
        case .account: "the resident's account or pseudonym on the channel"
        case .address: "where it is"
        case .channel: "where it came in; \"\(RequestMapping.usualChannel)\" unless given"
        case .sourceID: "the channel's own id for it: the same one is never accepted twice"
        case .submittedAt: "when the resident sent it, with a zone: 2026-11-23T09:30:00+08:00"
        case .reply: "the answer that was given, up to \(Submission.descriptionLimit) characters; kept with --historical"
        case .repliedAt: "when it was answered; only with --historical"
        }
    }

    /// The most characters a cell may have.
    var limit: Int {
        switch self {
        case .subject, .address: Submission.subjectLimit
        case .description, .reply: Submission.descriptionLimit
        case .channel: 40
        default: Submission.contactLimit
        }
    }

    /// The columns of our own files as a table; `*` marks those that a file must have.
    public static var help: String {
        let width = allCases.map(\.rawValue.count).max() ?? 0
        let needed: Set<RequestField> = [.village, .service, .description, .sourceID]
        return allCases.map { field in
            "  \(needed.contains(field) ? "*" : " ") " + field.rawValue
                + String(repeating: " ", count: width + 2 - field.rawValue.count) + field.meaning
        }.joined(separator: "\n")
    }
}
