import Domain

/// Which partition of the requests topic what is accepted next goes to: for a while the same one, then the next.
///
/// What a worker accepts is published at once. Spread over all partitions it would reach every lane of every reader in
/// crumbs, and each lane would commit its own. Kept together it is one batch for one lane, whose next one gathers
/// meanwhile. What is more than one lane's batch goes to the next partition, and in the long run every partition gets as
/// much as any other.
public struct PartitionGathering: Sendable {
    /// Requests that follow one another into a partition at most.
    public static let maximumCount = 2_000
    /// And for how long at most, by the instants of their acceptance.
    public static let maximumAge: Int64 = 50_000  // microseconds

    private var partition: Int
    private var count = 0
    private var since = Instant(microseconds: .min)

    /// - Parameter first: 0... Copies of a worker begin at different ones.
    public init(first: Int) {
        partition = first
    }

    /// The partition of one more request.
    ///
    /// - Parameters:
    ///   - partitions: how many the topic has, 1...
    ///   - now: when it is accepted; the past of an import comes in any order, and each instant of it is a new beginning.
    public mutating func next(among partitions: Int, at now: Instant) -> Int {
        let age = now.microseconds.subtractingReportingOverflow(since.microseconds)
        if count >= Self.maximumCount || age.overflow || !(0..<Self.maximumAge).contains(age.partialValue) {
            (partition, count, since) = ((partition + 1) % partitions, 0, now)
        }
        count += 1
        return partition % partitions
    }
}
