import Contracts
import Domain

/// Statistics' transactions.
public protocol StatisticsStore: Sendable {
    /// Counts each event once: lower or equal `seq` is skipped, the next applies, a gap is filled from the event
    /// table. `figures` are summed in the process before they are written.
    func fold(_ events: [RequestEvent], remainder: BatchRemainder, ticket: LaneTicket) async throws -> LaneCommit
    /// Counts what the event table has and no lane counted yet, under this lane, in many transactions; the last one puts the
    /// lane at `low`.
    func foldMissing(ticket: LaneTicket, upTo low: Int64, progressed: @Sendable () -> Void) async throws
}

/// Keeps the figures up to date from the events.
public struct FoldStatistics: BatchHandler {
    private let store: any StatisticsStore

    public init(store: any StatisticsStore) {
        self.store = store
    }

    public func handle(
        _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
    ) async throws -> LaneCommit {
        var events: [RequestEvent] = []
        events.reserveCapacity(records.count)
        var remainder = BatchRemainder(origin: origin)
        for record in records {
            do { events.append(try RequestEventRecord.event(record.valueBytes)) } catch {
                remainder.unreadable.append(UnreadableRecord(record: record, problem: error))
            }
        }
        return try await store.fold(events, remainder: remainder, ticket: ticket)
    }

    public func bootstrap(ticket: LaneTicket, upTo low: Int64, progressed: @Sendable () -> Void) async throws {
        try await store.foldMissing(ticket: ticket, upTo: low, progressed: progressed)
    }
}
