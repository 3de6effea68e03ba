import Contracts
import ServiceLifecycle
import Store
import Workflow

/// `tuesday-router`: routes what events name, and tries waiting requests again.
public func routerServices(_ context: WorkerContext) async throws -> [any ServiceLifecycle.Service] {
    let parts = try await WorkerParts(context)
    let route = RouteRequests(
        store: RoutingTransactions(pool: parts.pool), registers: parts.registers, log: context.logger)
    let grace = context.settings.duration(.routerSweep)
    return parts.foundation + [
        parts.consumer(.router, route),
        parts.ticking(
            "trying waiting requests again", every: context.settings.duration(.routerTick), lane: "retry"
        ) { limit, lane in
            let retried = try await route.retry(limit: limit, lane: lane)
            // Once a tick, and only when what is due already leaves room: what is found becomes due.
            if retried < limit { try await route.sweep(limit: limit, after: grace) }
            return retried
        },
    ]
}

/// `tuesday-followup`: sets deadlines from events and fires them.
public func followupServices(_ context: WorkerContext) async throws -> [any ServiceLifecycle.Service] {
    let parts = try await WorkerParts(context)
    let follow = FollowUpRequests(
        store: FollowUpTransactions(pool: parts.pool), registers: parts.registers, log: context.logger)
    return parts.foundation + [
        parts.consumer(.followup, follow),
        parts.ticking("firing deadlines", every: context.settings.duration(.followupTick), lane: "fire") {
            try await follow.fireDue(limit: $0, lane: $1)
        },
    ]
}

/// `tuesday-stats`: folds events into figures, and tells of hours that are over.
public func statsServices(_ context: WorkerContext) async throws -> [any ServiceLifecycle.Service] {
    let parts = try await WorkerParts(context)
    let windows = CloseWindows(
        store: WindowTransactions(pool: parts.pool), grace: context.settings.duration(.statsGrace))
    return parts.foundation + [
        parts.consumer(.stats, FoldStatistics(store: StatisticsTransactions(pool: parts.pool))),
        parts.ticking(
            "telling of hours that are over", every: context.settings.duration(.statsTick), limit: 100, lane: "close"
        ) { limit, lane in
            try await windows.close(limit: limit, lane: lane)
            // The next hour is far away: given back, the lane serves whichever copy tells it, and in order.
            await lane.close()
            // Nothing more before the next tick: an import of years must not flood the topic.
            return 0
        },
    ]
}
