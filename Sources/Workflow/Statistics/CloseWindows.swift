import Contracts
import Domain
import Metrics

/// An hour of a county as it stands now, and as it was told last.
public struct HourFigures: Sendable {
    public var county: County.ID
    public var countyCode: String
    public var hourStart: Instant
    /// By town's key.
    public var towns: [(id: Town.ID, code: String, figures: Figures)]
    /// By the measure's word: the last revision and its record's value.
    public var told: [String: (revision: Int32, body: [UInt8])]
    /// What was told under a lower one counts no more: the number of the present log, which is higher than any revision
    /// once the database was restored from a backup.
    public var leastRevision: Int32

    public init(
        county: County.ID, countyCode: String, hourStart: Instant,
        towns: [(id: Town.ID, code: String, figures: Figures)], told: [String: (revision: Int32, body: [UInt8])],
        leastRevision: Int32 = 1
    ) {
        self.county = county
        self.countyCode = countyCode
        self.hourStart = hourStart
        self.towns = towns
        self.told = told
        self.leastRevision = leastRevision
    }
}

/// The transactions that tell of hours that are over.
public protocol WindowStore: Sendable {
    /// Whether some hour that changed is settled: over, and unchanged since, for `grace`. One look at an index.
    func isAnythingSettled(for grace: Duration) async throws -> Bool
    /// Writes what `plan` says of the settled hours that changed since they were told, the latest first.
    ///
    /// One transaction at a time does so, whatever the number of workers; the others find nothing to do.
    /// - Parameter prepared: how many windows were written.
    func closeSettled(
        for grace: Duration, limit: Int, ticket: LaneTicket, prepared: Prepared<Int>,
        plan: @Sendable (HourFigures) -> [ClosedWindow]
    ) async throws -> LaneCommit
}

/// Tells of each hour's figures once it is over, and again when they change afterwards.
public struct CloseWindows: Sendable {
    private let store: any WindowStore
    private let grace: Duration
    private let closed = Counter(label: "tuesday_windows_closed_total")

    /// - Parameter grace: how long an hour must have been over, and unchanged. It lets events come that are still on
    ///   their way, and makes one window of an import that changes an hour many times.
    public init(store: any WindowStore, grace: Duration) {
        self.store = store
        self.grace = grace
    }

    /// Looks at no more than `limit` hours; returns how many windows were written.
    @discardableResult
    public func close(limit: Int, lane: PoolLane) async throws -> Int {
        guard try await store.isAnythingSettled(for: grace) else { return 0 }
        let count = try await lane.transact { ticket, prepared in
            try await store.closeSettled(
                for: grace, limit: limit, ticket: ticket, prepared: prepared, plan: Self.windows)
        }
        closed.increment(by: count)
        return count
    }

    /// A window for each measure that is not what was told last. A measure nothing was counted of is not told at all.
    static func windows(of hour: HourFigures) -> [ClosedWindow] {
        Measure.all.compactMap { measure in
            let values = hour.towns.compactMap { town in
                let value = town.figures[keyPath: measure.path]
                return value == 0 ? nil : ClosedWindow.TownValue(town: town.id, code: town.code, value: value)
            }
            let told = hour.told[measure.word]
            if values.isEmpty, told == nil { return nil }
            var window = ClosedWindow(
                county: hour.county, countyCode: hour.countyCode, hourStart: hour.hourStart, measure: measure.word,
                revision: told?.revision ?? 0, towns: values)
            // As it would have been told then: only the revision may differ.
            if let told, told.revision >= hour.leastRevision, StatisticsRecord.body(of: window) == told.body { return nil }
            window.revision = max(window.revision + 1, hour.leastRevision)
            return window
        }
    }
}
