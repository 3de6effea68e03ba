import Logging

/// What a worker's wiring is given.
public struct WorkerContext: Sendable {
    public let program: Program
    public let version: String
    public let settings: Settings
    /// Labelled with the program's name; carries `instance`.
    public let logger: Logger
    public let health: HealthRegister
    /// Also bootstrapped as swift-metrics' factory: `Counter(label:)` and its kin end up here.
    public let metrics: MetricRegistry
    public let clock = SystemClock()
    public let random = SystemRandom()

    /// The name of this copy: lanes' owner.
    public var instance: String { settings.text(.instance) }
    /// `tuesday-router/0.1.0`, for PostgreSQL's `application_name` and librdkafka's `client.id`.
    public var applicationName: String { "\(program.name)/\(version)" }
}
