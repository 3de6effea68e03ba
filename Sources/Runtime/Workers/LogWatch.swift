/// Notices that the brokers are another cluster than a worker began with: one that lost everything has another id, and what is
/// on its topics belongs to another log.
struct LogWatch {
    /// What the cluster is called now.
    let name: @Sendable () async throws -> String
    /// Between two questions while something does not work, and otherwise.
    var urgent: Duration = .seconds(10)
    var usual: Duration = .seconds(60)

    /// - Parameter isUrgent: whether something does not work just now.
    /// - Returns: the other name, once the cluster has one; nil when cancelled. Brokers that do not answer say nothing.
    func firstChange(of former: String, isUrgent: @Sendable () -> Bool) async -> String? {
        var waited: Duration = .zero
        while true {
            do { try await Task.sleep(for: urgent) } catch { return nil }
            waited += urgent
            guard waited >= usual || isUrgent() else { continue }
            waited = .zero
            if let present = try? await name(), present != former { return present }
        }
    }
}
