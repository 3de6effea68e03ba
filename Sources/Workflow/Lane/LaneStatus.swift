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
        /// Records between what this lane has applied and the end of its partition, as last measured.
        public var lag: Int64 = 0
    }

    private let entries = Mutex<[RecordOrigin: Entry]>([:])

    public init() {}

    /// Returns whether that is another activity than before.
    @discardableResult
    public func set(_ origin: RecordOrigin, _ activity: Activity) -> Bool {
        entries.withLock { entries in
            let isNews = entries[origin]?.activity != activity
            entries[origin, default: Entry(activity: activity, nextOffset: -1, progressedAt: .now)].activity = activity
            return isNews
        }
    }

    public func progressed(_ origin: RecordOrigin, nextOffset: Int64) {
        entries.withLock { entries in
            let before = entries[origin]
            let applied = nextOffset - (before?.nextOffset ?? nextOffset)
            let lag = max(0, (before?.lag ?? 0) - max(0, applied))
            entries[origin] = Entry(activity: .consuming, nextOffset: nextOffset, progressedAt: .now, lag: lag)
        }
    }

    /// Records how far the end of the partition was away when it was measured.
    public func measured(_ origin: RecordOrigin, lag: Int64) {
        entries.withLock { entries in
            guard var entry = entries[origin] else { return }
            // Nothing to do is not standing still: the time without progress counts from when there was something.
            if entry.lag == 0, lag > 0 { entry.progressedAt = .now }
            entry.lag = lag
            entries[origin] = entry
        }
    }

    /// Sentences about lanes that have records to apply and did not get on for so long.
    public func stalled(for bound: Duration) -> [String] {
        all.compactMap { origin, entry in
            let age = ContinuousClock.now - entry.progressedAt
            guard entry.lag > 0, age > bound else { return nil }
            return "\(origin.topic)/\(origin.partition) has \(entry.lag) records and no progress for \(age.components.seconds) s"
        }.sorted()
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
