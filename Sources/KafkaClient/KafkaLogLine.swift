/// One line that librdkafka, or this client on its behalf, has to say.
///
/// Lines come from librdkafka's own threads: the closure that takes them must not block and must not call back.
public struct KafkaLogLine: Sendable {
    /// As in syslog: 3 error, 4 warning, 5 notice, 6 information, 7 debug; lower is worse.
    public let level: Int
    /// librdkafka's short word for the subject, as in `FAIL` or `REBALANCE`.
    public let facility: String
    /// What happened, in librdkafka's words; names settings, topics and addresses.
    public let message: String
}

/// Takes log lines; see `KafkaLogLine` for the thread it runs on.
public typealias KafkaLog = @Sendable (KafkaLogLine) -> Void
