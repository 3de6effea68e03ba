import ServiceLifecycle

/// Stands last among the services, so it is the first to hear that the worker stops, whatever the cause: makes
/// `/readyz` say so and starts the time the stop may take.
struct StopAnnouncement: Service {
    let health: HealthRegister
    let stopWatch: StopWatch

    func run() async throws {
        // Throws when cancelled, which is one of the two ways of stopping.
        try? await gracefulShutdown()
        health.stopping()
        stopWatch.arm()
    }
}

/// Runs a service, and makes it a failure when it ends although nobody asked it to: a worker whose consumer has
/// quietly gone must not look like one that stopped on request.
struct UntilStopped: Service {
    let service: any Service

    func run() async throws {
        try await service.run()
        if !Task.isShuttingDownGracefully, !Task.isCancelled {
            throw ServiceEnded(name: "\(type(of: service))")
        }
    }
}

/// A service returned while the worker was not stopping.
struct ServiceEnded: Error, CustomStringConvertible {
    let name: String

    var description: String { "\(name) ended although nobody asked it to" }
}
