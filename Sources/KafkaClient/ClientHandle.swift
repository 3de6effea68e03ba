import CRdKafka
import Dispatch
import Synchronization

/// Owns one `rd_kafka_t` and the context of its callbacks, which it keeps alive for as long.
///
/// Whoever polls calls `destroy` once; calls made meanwhile through `borrow` are waited for, and have to keep a time limit;
/// later ones are refused.
// @unchecked: `rd_kafka_t` may be used from any thread (INTRODUCTION.md, "Threads and callbacks"); the pointer never
// changes, and `retired` with `borrowers` keeps every use before the destruction.
final class ClientHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    let context: ClientContext
    private let retired = Mutex(false)
    private let borrowers = DispatchGroup()

    init(
        _ type: rd_kafka_type_t, _ settings: KafkaSettings, _ context: ClientContext,
        configure: (OpaquePointer) -> Void = { _ in }
    ) throws {
        let configuration = try settings.makeConfiguration()
        context.register(in: configuration)
        configure(configuration)
        var reason = [CChar](repeating: 0, count: 512)
        guard let pointer = rd_kafka_new(type, configuration, &reason, reason.count) else {
            rd_kafka_conf_destroy(configuration)
            throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, text(of: reason))
        }
        self.pointer = pointer
        self.context = context
    }

    /// Runs `body` with the handle, which outlives it.
    func borrow<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
        let isRetired = retired.withLock { retired in
            if !retired { borrowers.enter() }
            return retired
        }
        if isRetired { throw KafkaError(RD_KAFKA_RESP_ERR__STATE, "this Kafka client is closed") }
        defer { borrowers.leave() }
        return try body(pointer)
    }

    /// Waits for borrowers, then frees the handle. Blocks: only for a thread that is not Swift's.
    func destroy(flags: Int32 = 0) {
        let wasRetired = retired.withLock { retired in
            defer { retired = true }
            return retired
        }
        if wasRetired { return }
        borrowers.wait()
        rd_kafka_destroy_flags(pointer, flags)
    }

    deinit { destroy() }
}
