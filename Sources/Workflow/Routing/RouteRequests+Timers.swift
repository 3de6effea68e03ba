import Domain
import Logging
import Metrics

/// What the router does without a record: every waiting request has a timer, because a record or a wake-up can be lost.
extension RouteRequests {
    private static let failed = Counter(label: "tuesday_routing_failures_total")
    private static let overlooked = Counter(label: "tuesday_routing_overlooked_total")
    /// Steps of one ``sweep(limit:after:)``: 100,000 events at most.
    private static let sweepSteps = 50

    /// Looks again at waiting requests whose time has come; returns how many were looked at.
    ///
    /// When one of them makes the transaction fail, it is found, put off and named in the log; the others are routed.
    public nonisolated func retry(limit: Int, lane: PoolLane) async throws -> Int {
        var hints = RoutingHints()
        hints.dueLimit = limit
        do { return try await place(hints, on: lane) } catch LaneFault.failed {
            let due = try await store.due(limit: limit, registers: registers.current().versions)
            return try await retryApart(due[...], on: lane)
        }
    }

    /// Gives requests that no record brought to a router a timer that ``retry(limit:lane:)`` takes next; returns how
    /// many.
    ///
    /// Only events that were published `grace` ago are looked at, each once. That costs requests routed in time no
    /// write, and nothing at all while nothing happens. While routers lag behind by more than `grace`, this routes a
    /// bounded number of requests out of turn; their records then find them routed.
    ///
    /// - Parameter limit: stops, when so many were found, at the end of a step.
    @discardableResult
    public nonisolated func sweep(limit: Int, after grace: Duration) async throws -> Int {
        var found = 0
        for _ in 0..<Self.sweepSteps {
            guard found < limit, let step = try await store.sweep(after: grace) else { break }
            found += step.found
            // Whoever holds what comes next may be about to decide it.
            if step.isHeldUp { break }
        }
        if found > 0 {
            Self.overlooked.increment(by: found)
            log.warning(
                "requests were not brought to a router by their records; routing them all the same",
                metadata: ["count": "\(found)"])
        }
        return found
    }

    private nonisolated func place(_ hints: RoutingHints, on lane: PoolLane) async throws -> Int {
        let result = try await lane.transact { ticket, prepared in
            try await route(hints, remainder: BatchRemainder(), ticket: ticket, prepared: prepared)
        }
        return result.assigned + result.waiting
    }

    /// Halves until the request that fails is alone.
    private nonisolated func retryApart(_ due: ArraySlice<DueRequest>, on lane: PoolLane) async throws -> Int {
        guard let first = due.first else { return 0 }
        var hints = RoutingHints()
        hints.requests = due.map(\.id)
        do { return try await place(hints, on: lane) } catch LaneFault.failed(let why) {
            guard due.count > 1 else {
                Self.failed.increment()
                let seconds = RoutingPolicy.current.backOffSeconds(attempts: first.attempts)
                log.error(
                    "a request cannot be routed; it is put off",
                    metadata: ["request_id": "\(first.id)", "reason": "\(why)", "seconds": "\(seconds)"])
                try await store.postpone(first.id, bySeconds: seconds)
                return 1
            }
            let middle = due.startIndex + due.count / 2
            let before = try await retryApart(due[..<middle], on: lane)
            return try await before + retryApart(due[middle...], on: lane)
        }
    }
}
