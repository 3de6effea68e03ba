import Contracts
import Domain
import KafkaClient
import Synchronization

/// Hands each request's first owner to whoever waits for it, whichever comes first.
final class Assignments: Sendable {
    private enum Entry {
        case assigned(Cadre.ID)
        case awaited(CheckedContinuation<Cadre.ID?, Never>)
    }

    private let entries = Mutex<[RequestID: Entry]>([:])

    /// To be given every `assigned` event.
    func see(_ request: RequestID, _ record: KafkaRecord) {
        // An event that cannot be read is noticed by the request that waits for it.
        guard let cadre = try? RequestEventRecord.event(record.value).cadre else { return }
        let waiting: CheckedContinuation<Cadre.ID?, Never>? = entries.withLock { entries in
            if case .awaited(let continuation) = entries[request] {
                entries[request] = nil
                return continuation
            }
            entries[request] = .assigned(cadre)
            return nil
        }
        waiting?.resume(returning: cadre)
    }

    /// Nil when ``giveUp()`` was called meanwhile.
    func owner(of request: RequestID) async -> Cadre.ID? {
        await withCheckedContinuation { continuation in
            let known: Cadre.ID? = entries.withLock { entries in
                if case .assigned(let cadre) = entries[request] {
                    entries[request] = nil
                    return cadre
                }
                entries[request] = .awaited(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Lets everyone go who waits.
    func giveUp() {
        let waiting = entries.withLock { entries in
            defer { entries = [:] }
            return entries.values.compactMap { entry -> CheckedContinuation<Cadre.ID?, Never>? in
                if case .awaited(let continuation) = entry { continuation } else { nil }
            }
        }
        for continuation in waiting { continuation.resume(returning: nil) }
    }
}
