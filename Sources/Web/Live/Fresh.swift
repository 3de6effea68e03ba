/// A value that is read again when it is older than a second, once for everybody who asks: however many people watch,
/// the database is asked no more often than that.
actor Fresh<Value: Sendable> {
    private let load: @Sendable () async throws -> Value
    private var loaded: (value: Value, at: ContinuousClock.Instant)?
    private var loading: Task<Value, any Error>?

    init(_ load: @escaping @Sendable () async throws -> Value) {
        self.load = load
    }

    func value() async throws -> Value {
        if let loaded, ContinuousClock.now - loaded.at < .seconds(1) { return loaded.value }
        if let loading { return try await loading.value }
        let task = Task { try await load() }
        loading = task
        defer { loading = nil }
        let value = try await task.value
        loaded = (value, .now)
        return value
    }
}
