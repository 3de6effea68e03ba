import Contracts
import Synchronization

/// Looks, while a lane consumes, whether its topic is still the one it began with.
///
/// A topic that ends before the lane's offset when the consumer fetches next needs no look: that fetch is out of range, and
/// the lane stops at once. What no fetch can tell is a topic that has grown past the lane's offset by then: one that was
/// recreated, or whose end was lost (an unclean election, the only replica in sync without its page cache) and written anew.
/// The lane reads on, and the new records before its offset would be skipped. So every `interval` the anchor is looked up,
/// by a client of its own that shares nothing with the reading one.
///
/// The anchor tells what became of the log before it. A loss that begins behind it, among what was applied since the last
/// look, shows only in the last record that was read before the loss: what comes later is of the new end, and stands where
/// it was read. A partition whose leader is lost brings nothing for seconds, so that record is taken to be the one after
/// which the lane rested longest: the anchor moves there first, and further only when it was found there.
///
/// Until then, one interval at most while the broker answers, records of the new topic are applied. They are true events or
/// submissions, which every group knows again, by `seq` or key, when a recovery makes it read them once more; and the lane's
/// anchor, which only a look moves, still says what was there before: the lane stops, whoever claims it, and a recovery
/// begins where the partition does.
///
/// What nobody can tell:
/// - a topic recreated before a lane has applied its first record, or whose partition no longer reaches back to the anchor,
///   or where just this record came to the same offset again, or no record at all (the mark of a transaction);
/// - an end that was lost behind the anchor while the lane still had records in hand that it had fetched before, or rested
///   longer somewhere else between the two looks, or whose worker ended, or lost the lane, before the second.
final class PlaceWatch: Sendable {
    private struct State {
        /// The last record applied.
        var last: LaneAnchor?
        /// The record to look up.
        var anchor: LaneAnchor?
        /// Where the lane rested longest beyond the anchor.
        var rest: Rest?
        var finding: LaneFault?

        mutating func note(_ other: Rest?) {
            guard let other, other.place.isBeyond(anchor), other.duration > rest?.duration ?? .zero else { return }
            rest = other
        }

        mutating func moveAnchor(to place: LaneAnchor) {
            anchor = place
            if rest?.place.isBeyond(place) == false { rest = nil }
        }
    }

    /// A time without records, and the last one before it.
    private struct Rest {
        var place: LaneAnchor
        var duration: Duration
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

    /// Tells where the lane stands after a commit, and for how long nothing came before it.
    func moved(to ticket: LaneTicket, afterResting duration: Duration) {
        let last = LaneAnchor(before: ticket.nextOffset, ticket.lastIdentity)
        state.withLock { state in
            state.note(state.last.map { Rest(place: $0, duration: duration) })
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
        // Taken before the broker is asked: what is applied meanwhile is for the next look.
        let (last, anchor, rest) = state.withLock { state in
            defer { state.rest = nil }
            return (state.last, state.anchor, state.rest)
        }
        do { return try await look(number, at: anchor, then: [rest?.place, last].compactMap { $0 }) } catch {
            state.withLock { $0.note(rest) }
            throw error
        }
    }

    /// Moves the anchor from place to place, from each only when it was found there; the last is left for the next look.
    ///
    /// It is written to the row before it is looked up: should it be wrong, whoever claims the lane next finds the same.
    private func look(_ number: Int, at anchor: LaneAnchor?, then places: [LaneAnchor]) async throws -> LaneFault? {
        guard var anchor else { return nil }
        let (low, high) = try await source.watermarks()
        let steps = places.filter { $0.isBeyond(anchor) }
        if steps.isEmpty, number % Self.looksAtRest != 0 {
            return anchor.beyond(low: low, high: high).map(LaneFault.misplaced)
        }
        // At rest the same is written once more: whether the lane is still this one's shows in that.
        for next in steps.isEmpty ? [anchor] : steps {
            if let problem = try await anchor.problem(low: low, high: high, record: { try await source.record(at: $0) }) {
                return .misplaced(problem)
            }
            guard try await keeper.recordAnchor(next, of: ticket) else { return .fenced }
            state.withLock { $0.moveAnchor(to: next) }
            anchor = next
        }
        return nil
    }
}

extension LaneAnchor {
    fileprivate func isBeyond(_ other: LaneAnchor?) -> Bool { other.map { offset > $0.offset } ?? true }
}
