import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Runtime

@Suite(.timeLimit(.minutes(5))) struct LifecycleTests {
    @Test func `the first signal stops gracefully, the second aborts with exit 1`() async {
        let (exits, continuation) = AsyncStream.makeStream(of: Int32.self)
        let stops = Mutex(0)
        let stopWatch = StopWatch(timeout: .seconds(3_600)) { status, _ in continuation.yield(status) }
        stopWatch.received("SIGTERM") { _ in stops.withLock { $0 += 1 } }
        stopWatch.received("SIGINT") { _ in stops.withLock { $0 += 1 } }
        var iterator = exits.makeAsyncIterator()
        #expect(await iterator.next() == 1)
        #expect(stops.withLock { $0 } == 1)
    }

    @Test func `a stop that takes too long is cut off with exit 70`() async {
        let (exits, continuation) = AsyncStream.makeStream(of: Int32.self)
        let stopWatch = StopWatch(timeout: .milliseconds(1)) { status, _ in continuation.yield(status) }
        stopWatch.arm()
        var iterator = exits.makeAsyncIterator()
        #expect(await iterator.next() == 70)
    }

    @Test func `a service that ends although nobody asked it to is a failure`() async {
        struct Brief: Service { func run() async throws {} }
        await #expect(throws: ServiceEnded.self) { try await UntilStopped(service: Brief()).run() }
    }

    @Test func `a service that ends because it was asked to is none`() async throws {
        struct Patient: Service { func run() async throws { try await gracefulShutdown() } }
        let health = HealthRegister()
        let group = ServiceGroup(
            services: [
                UntilStopped(service: Patient()),
                StopAnnouncement(health: health, stopWatch: StopWatch(timeout: .seconds(3_600)) { _, _ in }),
            ],
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
        let target = StopTarget()
        #expect(target.isFree(for: group))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            target.stop()
            try await tasks.waitForAll()
        }
        #expect(!health.isReady)
    }

    @Test func `a worker that cannot have its port starts nothing else`() async throws {
        final class Recorder: Service {
            let hasRun = Mutex(false)
            func run() async throws {
                hasRun.withLock { $0 = true }
                try await gracefulShutdown()
            }
        }
        let logger = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        func group(port: Int, _ recorder: Recorder, onListening: @escaping @Sendable (Int) -> Void) -> ServiceGroup {
            let opening = Opening()
            let server = AdminServer(
                host: "127.0.0.1", port: port, health: HealthRegister(), metrics: MetricRegistry(), logger: logger,
                onListening: {
                    opening.open()
                    onListening($0)
                })
            return ServiceGroup(services: [server, AfterOpening(opening: opening, service: recorder)], logger: logger)
        }
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let (first, second) = (Recorder(), Recorder())
        let running = group(port: 0, first) { continuation.yield($0) }
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await running.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            await #expect(throws: PortUnavailable.self) { try await group(port: port, second) { _ in }.run() }
            await running.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(first.hasRun.withLock { $0 })
        #expect(!second.hasRun.withLock { $0 })
    }

    @Test func `a signal during the wiring keeps the services from starting`() {
        let target = StopTarget()
        target.stop()
        #expect(
            !target.isFree(
                for: ServiceGroup(services: [], logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })))
    }

    @Test func `a worker runs unless another verb is given`() {
        #expect(WorkerCommand([]) == .run([]))
        #expect(WorkerCommand(["--admin-port", "1"]) == .run(["--admin-port", "1"]))
        #expect(WorkerCommand(["run", "--admin-port=1"]) == .run(["--admin-port=1"]))
        #expect(WorkerCommand(["healthcheck"]) == .healthcheck([]))
        #expect(WorkerCommand(["settings", "--help"]) == .help)
        #expect(WorkerCommand(["--version"]) == .version)
        #expect(WorkerCommand(["dance"]) == .unknown("dance"))
    }

    @Test func `random numbers differ, and time goes on`() {
        let random = SystemRandom()
        #expect(random.random128() != random.random128())
        let clock = SystemClock()
        #expect(clock.now().microseconds > 1_700_000_000_000_000)
        let first = clock.monotonicNanoseconds()
        #expect(clock.monotonicNanoseconds() >= first)
    }
}
