import Foundation

/// What somebody says in a submission, as far as the harness's own are told apart by it.
struct SubmissionContents: Hashable, Decodable, Sendable {
    var village: String
    var service: String
    var subject: String
    var description: String
    var name: String?
}

extension SubmissionContents {
    /// - Parameter json: as it was sent; nil when it is no submission.
    init?(_ json: [UInt8]) {
        // Read by other code than that which is judged.
        guard let contents = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
        self = contents
    }
}
