/// A value that is read again when it is older than a second, once for everybody who asks: however many people watch,
/// the database is asked no more often than that. More than so many who wait for it at a time are sent away.
actor Fresh<Value: Sendable> {
    private let load: @Sendable () async throws -> Value
    private var loaded: (value: Value, at: ContinuousClock.Instant)?
    private var loading: Task<Value, any Error>?
    /// How many wait for what is loaded now.
    private(set) var waitingCount = 0
    private let maximumWaiting: Int

    init(maximumWaiting: Int = 1_000, _ load: @escaping @Sendable () async throws -> Value) {
        self.load = load
        self.maximumWaiting = maximumWaiting
    }

    func value() async throws -> Value {
        if let loaded, ContinuousClock.now - loaded.at < .seconds(1) { return loaded.value }
        if let loading {
            // Those who gave up meanwhile wait all the same, until it is loaded.
            guard waitingCount < maximumWaiting else { throw Problem.overloaded }
            waitingCount += 1
            defer { waitingCount -= 1 }
            return try await loading.value
        }
        let task = Task { try await load() }
        loading = task
        defer { loading = nil }
        let value = try await task.value
        loaded = (value, .now)
        return value
    }
}
