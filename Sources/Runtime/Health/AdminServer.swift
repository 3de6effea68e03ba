import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The admin port: `/healthz` (the process answers), `/readyz` (every check is in order, else 503), `/metrics`.
///
/// Apart from the public port, so that it can stay inside. First in the order of services: it stops last, and
/// `/readyz` says "stopping" meanwhile.
public struct AdminServer: Service {
    private let host: String
    private let port: Int
    private let health: HealthRegister
    private let metrics: MetricRegistry
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - port: 0 takes any free port.
    ///   - onListening: told the port once connections are accepted.
    public init(
        host: String, port: Int, health: HealthRegister, metrics: MetricRegistry, logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.health = health
        self.metrics = metrics
        self.logger = logger
        self.onListening = onListening
    }

    /// - Throws: `PortUnavailable` when the port cannot be opened.
    public func run() async throws {
        health.tell(metrics)
        let onListening = onListening
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
        do {
            try await application.run()
        } catch let error as IOError {
            throw PortUnavailable(setting: "admin.port", host: host, port: port, error: error)
        }
    }

    private var router: Router<BasicRequestContext> {
        let router = Router()
        let health = health
        let metrics = metrics
        router.get("healthz") { _, _ in
            Self.response(.ok, "text/plain; charset=utf-8", Array("alive\n".utf8))
        }
        router.get("readyz") { _, _ in
            let checks = health.checks
            let isReady = checks.allSatisfy { $0.state == .ready }
            return Self.response(
                isReady ? .ok : .serviceUnavailable, "application/json; charset=utf-8", HealthText.json(checks))
        }
        router.get("metrics") { _, _ in
            let text = PrometheusText.render(metrics) + ProcessMetrics.render()
            return Self.response(.ok, PrometheusText.contentType, Array(text.utf8))
        }
        return router
    }

    private static func response(_ status: HTTPResponse.Status, _ type: String, _ body: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
