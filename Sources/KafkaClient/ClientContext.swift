import CRdKafka
import Synchronization

/// What librdkafka's callbacks may touch: a place to write down what happened, and nothing that acts on it.
///
/// The thread that polls reads the inbox between two polls. No callback claims, commits or waits.
final class ClientContext: Sendable {
    struct Rebalance: Sendable {
        enum Kind: Sendable { case assigned, revoked, lost, failed(KafkaError) }
        let kind: Kind
        let partitions: [KafkaPartition]
    }

    struct Inbox: Sendable {
        var rebalances: [Rebalance] = []
        var fatal: KafkaError?
        /// From here on a revocation is granted inside the callback: `rd_kafka_consumer_close` waits for that.
        var isClosing = false
    }

    let log: KafkaLog
    let statistics: (@Sendable (KafkaStatistics) -> Void)?
    let inbox = Mutex(Inbox())
    /// What the handle's last statistics said.
    private let counted = Mutex<KafkaTraffic?>(nil)

    init(log: @escaping KafkaLog, statistics: (@Sendable (KafkaStatistics) -> Void)? = nil) {
        self.log = log
        self.statistics = statistics
    }

    func register(in configuration: OpaquePointer) {
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        #if FAILPOINTS
            ConnectDetour.register(in: configuration)
        #endif
        rd_kafka_conf_set_log_cb(configuration) { handle, level, facility, message in
            guard let handle, let context = ClientContext.of(rd_kafka_opaque(handle)) else { return }
            context.log(
                KafkaLogLine(
                    level: Int(level), facility: facility.map { String(cString: $0) } ?? "",
                    message: message.map { String(cString: $0) } ?? ""))
        }
        rd_kafka_conf_set_error_cb(configuration) { handle, code, reason, opaque in
            guard let context = ClientContext.of(opaque) else { return }
            let code = rd_kafka_resp_err_t(rawValue: code)
            let reason = reason.map { String(cString: $0) } ?? ""
            if code == RD_KAFKA_RESP_ERR__FATAL, let handle {
                var buffer = [CChar](repeating: 0, count: 512)
                let cause = rd_kafka_fatal_error(handle, &buffer, buffer.count)
                let error = KafkaError(cause, text(of: buffer), isFatal: true)
                context.inbox.withLock { $0.fatal = $0.fatal ?? error }
                rd_kafka_yield(handle)
            }
            let level = code == RD_KAFKA_RESP_ERR__FATAL ? 3 : 4
            context.log(KafkaLogLine(level: level, facility: "ERROR", message: KafkaError(code, reason).description))
        }
        rd_kafka_conf_set_stats_cb(configuration) { _, json, count, opaque in
            guard let context = ClientContext.of(opaque), let json else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: json, count: count)
            context.report(String(decoding: bytes, as: UTF8.self))
            return 0
        }
    }

    private func report(_ json: String) {
        guard let statistics else { return }
        do {
            let found = try KafkaStatistics(json: json, after: counted.withLock { $0 })
            counted.withLock { $0 = found.totals }
            statistics(found)
        } catch {
            log(KafkaLogLine(level: 4, facility: "STATS", message: "statistics of another shape than expected: \(error)"))
        }
    }

    func registerRebalance(in configuration: OpaquePointer) {
        rd_kafka_conf_set_rebalance_cb(configuration) { handle, code, partitions, opaque in
            guard let handle, let context = ClientContext.of(opaque) else { return }
            let kind: Rebalance.Kind
            if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
                kind = .assigned
            } else if code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS {
                kind = rd_kafka_assignment_lost(handle) != 0 ? .lost : .revoked
            } else {
                kind = .failed(KafkaError(code))
            }
            let notice = Rebalance(kind: kind, partitions: partitions.map { PartitionList.partitions(of: $0) } ?? [])
            let isClosing = context.inbox.withLock { inbox in
                inbox.rebalances.append(notice)
                return inbox.isClosing
            }
            if isClosing { rd_kafka_assign(handle, nil) }
            // Without this the poll goes on waiting for a message and the notice with it.
            rd_kafka_yield(handle)
        }
        rd_kafka_conf_set_offset_commit_cb(configuration) { _, code, offsets, opaque in
            guard let context = ClientContext.of(opaque), !ClientContext.expectedOfCommits.contains(code.rawValue)
            else { return }
            let names = offsets.map { PartitionList.partitions(of: $0).map(\.description).joined(separator: " ") } ?? ""
            context.log(
                KafkaLogLine(level: 4, facility: "COMMIT", message: "\(KafkaError(code)) while committing \(names)"))
        }
    }

    /// Answers to a commit that only say that the partition has moved on, or that there was nothing to commit.
    static let expectedOfCommits: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR__STATE, RD_KAFKA_RESP_ERR__NO_OFFSET,
            RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
            RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
        ].map(\.rawValue))

    static func of(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
        opaque.map { Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue() }
    }
}
