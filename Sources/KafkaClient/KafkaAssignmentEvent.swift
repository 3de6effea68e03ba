/// What the group decided for this consumer, in the order it happened.
public enum KafkaAssignmentEvent: Sendable {
    /// These partitions, and only these, are this consumer's from now on; nothing is fetched before `start`. May be empty.
    /// Assignments are numbered: whoever was given a partition by one must not take what is fetched under the next.
    case assigned([KafkaPartition], assignment: Int)
    /// These partitions will go to someone else. Their buffers are gone already and `nextBatch` returned nil; finish or
    /// abandon what is in hand and call `done` (once; later calls do nothing). The group waits for it, for at most
    /// `KafkaConsumerLimits.revocationTimeoutMilliseconds`.
    case revoked([KafkaPartition], done: @Sendable () -> Void)
    /// These partitions may belong to someone else already (session expired, fenced): there is nothing left to wait for.
    case lost([KafkaPartition])
    /// With a partition: fetching it stopped, as when the offset asked for is not in the log; nothing is skipped, and
    /// `start` at another offset begins anew. Without one: the group or the whole consumer; see `isFatal`.
    case failed(KafkaError, partition: KafkaPartition?)
}
