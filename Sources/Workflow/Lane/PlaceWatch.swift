import Contracts
import Synchronization

/// Looks, while a lane consumes, whether its topic is still the one it began with.
///
/// A topic that was truncated beyond the lane, or recreated and is shorter than the lane has read, needs no look: the
/// consumer's next fetch is out of range, and the lane stops at once. What no fetch can tell is a topic that was recreated
/// and has grown past the lane's offset before the next fetch: the lane reads on, and what stands before would be skipped.
/// So every `interval` the anchor is looked up, by a client of its own that shares nothing with the reading one.
///
/// Until then, one interval at most while the broker answers, records of the new topic are applied. They are true events or
/// submissions, which every group knows again, by `seq` or key, when a recovery makes it read them once more; and the lane's
/// anchor, which only a look moves, still says what was there before: the lane stops, whoever claims it, and a recovery
/// begins where the new topic does. Three things nobody can tell: a topic recreated before a lane has applied its first
/// record, or whose partition no longer reaches back to the anchor, or where just this record came to the same offset again.
final class PlaceWatch: Sendable {
    private struct State {
        /// The last record applied.
        var last: LaneAnchor?
        /// The record to look up.
        var anchor: LaneAnchor?
        var finding: LaneFault?
    }

    private let source: any RecordSource
    private let keeper: any LaneKeeping
    private let ticket: LaneTicket
    private let interval: Duration
    private let state: Mutex<State>
    /// A lane that has not moved is looked at every time with one cheap question; its record is read only each so many times.
    private static let looksAtRest = 4

    /// - Parameter ticket: of a lane whose place was just found right.
    init(source: any RecordSource, keeper: any LaneKeeping, ticket: LaneTicket, interval: Duration) {
        self.source = source
        self.keeper = keeper
        self.ticket = ticket
        self.interval = interval
        let last = LaneAnchor(before: ticket.nextOffset, ticket.lastIdentity)
        state = Mutex(State(last: last, anchor: last ?? ticket.anchor))
    }

    /// What was found: ``LaneFault/wrongPlace(_:)``, or ``LaneFault/fenced`` where an operator has put the lane back while
    /// it had nothing to do, which it would not learn otherwise.
    var finding: LaneFault? { state.withLock { $0.finding } }

    /// Tells where the lane stands after a commit.
    func moved(to ticket: LaneTicket) {
        let last = LaneAnchor(before: ticket.nextOffset, ticket.lastIdentity)
        state.withLock { state in
            state.last = last
            // The first record ever: its own transaction has written it to the row.
            if state.anchor == nil { state.anchor = last }
        }
    }

    /// Looks again and again. Returns whether it found a problem; false: it was cancelled.
    func findsProblem() async -> Bool {
        // Lanes that were claimed together do not all ask at once.
        var pause = interval * Double.random(in: 0.5...1)
        var number = 0
        while !Task.isCancelled {
            do { try await Task.sleep(for: pause) } catch { return false }
            pause = interval
            number += 1
            do {
                guard let found = try await look(number) else { continue }
                state.withLock { $0.finding = found }
                return true
            } catch {
                // The broker or PostgreSQL does not answer: nothing is known, and the anchor stays where it is for the
                // next look.
                continue
            }
        }
        return false
    }

    private func look(_ number: Int) async throws -> LaneFault? {
        // Taken before the broker is asked: where the old anchor still stands, so does everything applied until now.
        let (last, anchor) = state.withLock { ($0.last, $0.anchor) }
        guard let anchor else { return nil }
        let (low, high) = try await source.watermarks()
        if last == anchor, number % Self.looksAtRest != 0 {
            return anchor.beyond(low: low, high: high).map(LaneFault.misplaced)
        }
        if let problem = try await anchor.problem(low: low, high: high, record: { try await source.record(at: $0) }) {
            return .misplaced(problem)
        }
        guard let last else { return nil }
        guard try await keeper.recordAnchor(last, of: ticket) else { return .fenced }
        state.withLock { $0.anchor = last }
        return nil
    }
}
