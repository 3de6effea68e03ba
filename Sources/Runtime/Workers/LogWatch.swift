import KafkaClient
import Messaging

/// Notices that the brokers are another cluster than a worker began with: one that lost everything has another id, and what is
/// on its topics belongs to another log.
struct LogWatch {
    /// What the cluster is called now.
    let name: @Sendable () async throws -> String
    /// Between two questions while something does not work, and otherwise.
    var urgent: Duration = .seconds(10)
    var usual: Duration = .seconds(60)

    /// - Parameter isUrgent: whether something does not work just now.
    /// - Returns: the other name, once the cluster has said it twice in a row; nil when cancelled. Brokers that do not answer say
    ///   nothing, and those that answer too late seem to have no name.
    func firstChange(of former: String, isUrgent: @Sendable () -> Bool) async -> String? {
        var waited: Duration = .zero
        var heard: String?
        while true {
            do { try await Task.sleep(for: urgent) } catch { return nil }
            waited += urgent
            guard waited >= usual || heard != nil || isUrgent() else { continue }
            waited = .zero
            guard let present = try? await name(), present != former, present != KafkaAdmin.unnamed else {
                heard = nil
                continue
            }
            if present == heard { return present }
            heard = present
        }
    }
}
