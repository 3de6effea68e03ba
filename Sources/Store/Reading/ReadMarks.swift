import Contracts

/// Up to where messages were published, and which groups have read all of them since.
///
/// It lets ``Verification`` say that work was left undone while everything is at work. The marks are taken first; then the
/// broker says where its partitions end, which is behind every record that was published up to the marks; then a group's
/// lanes get past those ends. Whatever an event up to the marks asks of the group has been done by then.
public struct ReadMarks: Sendable {
    /// By lane the number up to which its messages had their delivery reports.
    public var published: [Int32: Int64]
    /// Groups that have not read all of it yet, with what is known of them, as in `is 5 records behind`.
    public var behind: [ConsumerGroup: String]

    public init(published: [Int32: Int64], behind: [ConsumerGroup: String] = [:]) {
        self.published = published
        self.behind = behind
    }

    /// The lanes' present marks, for callers who know that every group has read everything.
    public init(publishedBy lanes: [LaneView], behind: [ConsumerGroup: String] = [:]) {
        self.init(published: Dictionary(uniqueKeysWithValues: lanes.map { ($0.id, $0.publishedThrough) }), behind: behind)
    }
}
