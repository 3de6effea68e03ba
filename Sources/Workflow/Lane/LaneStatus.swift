import Synchronization

/// What the lanes of this process are doing, for `/readyz`, metrics and the watchdog.
public final class LaneStatus: Sendable {
    public enum Activity: Sendable, Hashable {
        case claiming
        case consuming
        case waiting(String)
        case stopped(String)
    }

    public struct Entry: Sendable {
        public var activity: Activity
        public var nextOffset: Int64
        public var progressedAt: ContinuousClock.Instant
    }

    private let entries = Mutex<[RecordOrigin: Entry]>([:])

    public init() {}

    public func set(_ origin: RecordOrigin, _ activity: Activity) {
        entries.withLock { entries in
            entries[origin, default: Entry(activity: activity, nextOffset: -1, progressedAt: .now)].activity = activity
        }
    }

    public func progressed(_ origin: RecordOrigin, nextOffset: Int64) {
        entries.withLock { entries in
            entries[origin] = Entry(activity: .consuming, nextOffset: nextOffset, progressedAt: .now)
        }
    }

    public func remove(_ origin: RecordOrigin) {
        entries.withLock { $0[origin] = nil }
    }

    public var all: [RecordOrigin: Entry] { entries.withLock { $0 } }

    /// Sentences about lanes that do not work; empty when all do.
    public var problems: [String] {
        all.compactMap { origin, entry in
            switch entry.activity {
            case .consuming: nil
            case .claiming: "\(origin.topic)/\(origin.partition) is being claimed"
            case .waiting(let why): "\(origin.topic)/\(origin.partition) waits: \(why)"
            case .stopped(let why): "\(origin.topic)/\(origin.partition) stopped: \(why)"
            }
        }.sorted()
    }
}
