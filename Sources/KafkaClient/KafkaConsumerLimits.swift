/// Bounds of a consumer's buffers and waits.
public struct KafkaConsumerLimits: Sendable {
    /// Bytes buffered at most, in equal shares: a partition whose share is full is not fetched until half of it is free.
    /// Counted are keys, values, headers and 64 bytes a record. A share can be exceeded by what one poll burst brings (1 MiB,
    /// or one record if that is larger).
    public var maximumBufferedBytes: Int
    /// How long a revocation waits for `done`. Keep it below the group's session timeout.
    public var revocationTimeoutMilliseconds: Int

    /// - Precondition: `maximumBufferedBytes` is positive.
    public init(maximumBufferedBytes: Int = 32 << 20, revocationTimeoutMilliseconds: Int = 3000) {
        precondition(maximumBufferedBytes > 0, "a consumer needs room for at least one byte")
        self.maximumBufferedBytes = maximumBufferedBytes
        self.revocationTimeoutMilliseconds = revocationTimeoutMilliseconds
    }
}
