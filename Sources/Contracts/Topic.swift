/// Every Kafka topic of Tuesday, in one list: `tuesday topics create`, the embedded broker and the workers read it.
public enum Topic: String, Sendable, CaseIterable {
    /// Raw submissions from channels that speak Kafka. Key: channel and source id. Carries personal data: short retention.
    case submissions = "tuesday.submissions.v1"
    /// Every event of a request's life. Key: request id. The log may repeat or swap records; `seq` orders them.
    case requests = "tuesday.requests.v1"
    /// What to tell whom. Key: recipient.
    case notifications = "tuesday.notifications.v1"
    /// A cadre's public entry and skills. Key: cadre id. Compacted.
    case directory = "tuesday.directory.v1"
    /// Closed windows of figures. Key: county and measure.
    case statistics = "tuesday.statistics.v1"
    /// What could not be handled: the original bytes, with text headers saying where, why and how often.
    case deadLetters = "tuesday.deadletters.v1"

    /// Topic settings beyond the broker's defaults.
    public var configuration: [String: String] {
        switch self {
        case .submissions: ["retention.ms": "86400000"]
        // Imported events carry their own, old times: retention counts from when they were written.
        case .requests: ["message.timestamp.type": "LogAppendTime"]
        case .directory: ["cleanup.policy": "compact"]
        default: [:]
        }
    }
}

/// Consumer groups, by the worker that reads.
public enum ConsumerGroup: String, Sendable, CaseIterable {
    case intake = "tuesday-intake"
    case router = "tuesday-router"
    case followup = "tuesday-followup"
    case stats = "tuesday-stats"

    public var topic: Topic { self == .intake ? .submissions : .requests }
}
