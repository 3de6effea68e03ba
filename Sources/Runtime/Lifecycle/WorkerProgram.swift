import Glibc
import Logging
import Metrics
import ServiceLifecycle

/// A worker's `main`: reads the settings, starts logs, metrics, health and the admin port, and runs the services until
/// a signal or a failure stops them.
///
/// ```swift
/// await WorkerProgram(.router).main { context in
///     let pool = ...
///     context.health.probe("postgres") { await pool.probe() }
///     return [pool, publisher, consumer]
/// }
/// ```
/// Exit statuses: 0 stopped gracefully, 1 a service failed or a second signal came, 64 an unknown verb, 69 a port is
/// taken, 70 the stop took too long, 78 a setting is wrong; or what an `ExitStatusError` says.
public struct WorkerProgram: Sendable {
    public let program: Program
    public let version: String

    public init(_ program: Program, version: String = Version.current) {
        self.program = program
        self.version = version
    }

    /// Does what the command line asks, and ends the process.
    ///
    /// - Parameter services: called once settings are known to be right; returns what to run, each after what it
    ///   needs: they are stopped in the opposite order.
    public func main(_ services: (WorkerContext) async throws -> [any Service]) async -> Never {
        exit(await perform(WorkerCommand(Array(CommandLine.arguments.dropFirst())), services))
    }

    func perform(
        _ command: WorkerCommand, _ services: (WorkerContext) async throws -> [any Service]
    ) async -> Int32 {
        do {
            switch command {
            case .help:
                print(SettingsHelp.text(for: program), terminator: "")
            case .version:
                print("\(program.name) \(version)")
            case .unknown(let verb):
                complain("\(program.name): there is no verb \"\(verb)\"; see \(program.name) --help")
                return ExitStatus.usage
            case .settings(let options):
                print(SettingsHelp.text(of: try Settings.read(program: program, arguments: options)), terminator: "")
            case .healthcheck(let options):
                return healthcheck(try Settings.read(program: program, arguments: options))
            case .run(let options):
                return await run(try Settings.read(program: program, arguments: options), services)
            }
            return ExitStatus.success
        } catch {
            complain("\(error)")
            return error.exitStatus
        }
    }

    private func healthcheck(_ settings: Settings) -> Int32 {
        let port = settings.int(.adminPort)
        guard port != 0 else {
            complain("\(program.name): admin.port is 0, so nobody can be asked")
            return ExitStatus.failure
        }
        do {
            let answer = try HealthCheckClient.get(host: settings.text(.adminHost), port: port)
            if answer.status == 200 { return ExitStatus.success }
            complain("\(program.name) is not ready: \(answer.body)")
        } catch {
            complain("\(program.name): \(error)")
        }
        return ExitStatus.failure
    }

    private func run(_ settings: Settings, _ services: (WorkerContext) async throws -> [any Service]) async -> Int32 {
        MemoryReuse.keepFreed()
        // A log's reader that has gone must not take the worker with it.
        signal(SIGPIPE, SIG_IGN)
        let context = start(settings)
        let logger = context.logger
        let stopWatch = StopWatch(timeout: settings.duration(.stopTimeout)) { status, reason in
            logger.critical(
                "stopped by force", metadata: ["reason": "\(reason)", "status": .stringConvertible(status)])
            _exit(status)
        }
        let target = StopTarget()
        do {
            // Signals are caught before anything is opened: as the first process of a container, one that is not
            // caught would be ignored.
            try await stopWatch.watch { signal in
                logger.notice("stopping", metadata: ["signal": "\(signal)"])
                target.stop()
            } while: {
                logger.notice("starting", metadata: ["version": "\(version)", "pid": .stringConvertible(getpid())])
                let configuration = configuration(try await services(context), context, stopWatch)
                let group = ServiceGroup(configuration: configuration)
                if target.isFree(for: group) { try await group.run() }
            }
            logger.notice("stopped")
            return ExitStatus.success
        } catch {
            logger.critical("failed", metadata: ["reason": "\(error)"])
            return (error as? any ExitStatusError)?.exitStatus ?? ExitStatus.failure
        }
    }

    /// Starts logs and metrics for the whole process.
    private func start(_ settings: Settings) -> WorkerContext {
        let level = Logger.Level(rawValue: settings.text(.logLevel)) ?? .info
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: level) }
        let metrics = MetricRegistry()
        MetricsSystem.bootstrap(metrics)
        Gauge(label: "tuesday_build_info", dimensions: [("program", program.name), ("version", version)]).record(1)
        var logger = Logger(label: program.name)
        logger[metadataKey: "instance"] = "\(settings.text(.instance))"
        return WorkerContext(
            program: program, version: version, settings: settings, logger: logger, health: HealthRegister(),
            metrics: metrics)
    }

    /// The admin port first, so that it stops last, and the others only once it is open; the announcement last, so that it comes
    /// first.
    private func configuration(
        _ services: [any Service], _ context: WorkerContext, _ stopWatch: StopWatch
    ) -> ServiceGroupConfiguration {
        var all: [any Service] = [context.health]
        let port = context.settings.int(.adminPort)
        if port != 0 {
            let opening = Opening()
            all.append(
                AdminServer(
                    host: context.settings.text(.adminHost), port: port, health: context.health,
                    metrics: context.metrics, logger: Self.quiet(context.logger),
                    onListening: { _ in opening.open() }))
            all += services.map { AfterOpening(opening: opening, service: $0) }
        } else {
            all += services
        }
        all.append(StopAnnouncement(health: context.health, stopWatch: stopWatch))
        return ServiceGroupConfiguration(
            services: all.map {
                // One that fails or ends lets the others finish their batch; the exit status still tells.
                .init(
                    service: UntilStopped(service: $0), successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: "\(type(of: $0))")
            },
            logger: Self.quiet(context.logger))
    }

    /// The group's and the admin port's own story is told only where debugging was asked for.
    private static func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        if logger.logLevel > .debug { quiet.logLevel = max(logger.logLevel, .warning) }
        return quiet
    }

    private func complain(_ text: String) {
        StandardError.write(Array((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }
}
