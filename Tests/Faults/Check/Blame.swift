import PostgresClient
import TestSupport

/// Whose fault it is that something could not go on.
enum Blame {
    /// What went wrong, as a run tells it.
    ///
    /// A worker that is not ready again, or a tool that fails, is Tuesday's, and so is what was stored and cannot be read when
    /// it is judged; what the harness needs for itself is not. When the brokers' process has ended, what failed afterwards
    /// followed from that: only what the database shows whatever brokers do is held against Tuesday then, and that is asked
    /// for apart.
    ///
    /// - Parameters:
    ///   - act: what was to go wrong meanwhile; nil: nothing any more.
    ///   - lastWords: the brokers'; nil: they are there.
    static func sentence(_ error: any Error, during act: Fault?, lastWords: String?) -> String {
        if let lastWords { return "the harness: the brokers' process ended by itself: \(lastWords)" }
        let words = "\(act.map { "\($0.rawValue): " } ?? "")\(error)"
        return switch error {
        case is ScenarioFailure: words
        case is HarnessFailure: "the harness: \(words)"
        case let failure as PostgresFailure where act == nil && isOfData(failure):
            "I2: what is stored cannot be read: \(words)"
        // An act that met something else has met Tuesday; to judge a run is the harness's own business.
        default: act == nil ? "the harness: \(words)" : words
        }
    }

    static func sentence(_ error: any Error, during act: Fault? = nil, in installation: Installation) async -> String {
        // Who is cut off may hear of it before the process is known to have ended.
        try? await Task.sleep(for: .milliseconds(300))  // nobody cancels this
        return sentence(error, during: act, lastWords: lastWords(in: installation))
    }

    /// Throws when the brokers' process has ended.
    static func requireBrokers(in installation: Installation) throws {
        if let words = lastWords(in: installation) { throw HarnessFailure("the brokers' process ended by itself: \(words)") }
    }

    /// What the brokers' process complained of when it ended; nil: it is there.
    static func lastWords(in installation: Installation) -> String? {
        let broker = installation.broker
        return broker.ended.isSet ? broker.lastWords : nil
    }

    /// PostgreSQL, or whoever took its answer, could not make of a value what it should be (class 22: no JSON, no number).
    private static func isOfData(_ failure: PostgresFailure) -> Bool {
        failure.kind == .decode || failure.sqlState?.hasPrefix("22") == true
    }
}
