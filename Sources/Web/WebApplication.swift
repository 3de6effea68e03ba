import Contracts
import Domain
import Hummingbird
import Logging
import Workflow

/// Hummingbird has a `RequestID` too; here it is always the county's.
typealias RequestID = Domain.RequestID

/// What the public port does, as functions and a reader: the whole of what `Web` needs from the rest.
public struct WebPorts: Sendable {
    /// Accepts one submission; answers after its transaction committed.
    public var submit: @Sendable (Submission) async throws -> Result<AcceptOutcome, FieldProblems>
    /// Moves one request; answers after its transaction committed.
    public var move: @Sendable (MoveCommand) async throws -> MoveOutcome
    /// Keeps that a notification was delivered; false when there is no such notification.
    public var receipt: @Sendable (MessageID) async throws -> Bool
    public var reading: any RequestReading

    public init(
        submit: @escaping @Sendable (Submission) async throws -> Result<AcceptOutcome, FieldProblems>,
        move: @escaping @Sendable (MoveCommand) async throws -> MoveOutcome,
        receipt: @escaping @Sendable (MessageID) async throws -> Bool, reading: any RequestReading
    ) {
        self.submit = submit
        self.move = move
        self.receipt = receipt
        self.reading = reading
    }
}

/// Where the public port listens and what it refuses to read.
public struct WebSettings: Sendable {
    public var host: String
    /// 0 takes any free port.
    public var port: Int
    /// A longer request body is answered with 413.
    public var maximumBodyBytes: Int
    /// Of the bodies that are being received or wait for their answer, all together; one that has no room is answered with
    /// 429.
    public var maximumPendingBytes: Int
    /// Served at a time; more wait, unseen, in the system's queue of connections until one is closed.
    public var maximumConnections: Int
    /// All header fields of one request together; beyond it the connection is closed.
    public var maximumHeaderBytes: Int
    public var maximumHeaderCount: Int
    /// A connection that says nothing for so long is closed, also amid a request: a stop never waits longer for one.
    public var idleSeconds: Int
    /// The county's zone, for the times on pages; 480 is China's.
    public var utcOffsetMinutes: Int
    /// Every POST must name one of them in `X-API-Key` or `api_key`, else it is answered with 403; empty asks for none.
    public var apiKeys: Set<String>

    public init(
        host: String = "127.0.0.1", port: Int = 8080, maximumBodyBytes: Int = 512 << 10,
        maximumPendingBytes: Int = 16 << 20, maximumConnections: Int = 2_048, maximumHeaderBytes: Int = 16 << 10,
        maximumHeaderCount: Int = 100, idleSeconds: Int = 15, utcOffsetMinutes: Int = 480, apiKeys: Set<String> = []
    ) {
        self.host = host
        self.port = port
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumPendingBytes = maximumPendingBytes
        self.maximumConnections = maximumConnections
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumHeaderCount = maximumHeaderCount
        self.idleSeconds = idleSeconds
        self.utcOffsetMinutes = utcOffsetMinutes
        self.apiKeys = apiKeys
    }
}

/// The public HTTP port: the operations API under `/v1` and the page of the live state.
///
/// Every failure is `application/problem+json`; nothing here decides anything about a request.
public struct WebApplication: Sendable {
    private let served: Application<RouterResponder<BasicRequestContext>>
    /// One thread for all connections: it answers more than one PostgreSQL on the same machine commits.
    private let loop = EventLoopGroupProvider.singleton.eventLoopGroup.next()

    /// - Parameter onListening: told the port once connections are accepted.
    public init(
        ports: WebPorts, settings: WebSettings, logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        served = Application(
            responder: Self.router(ports, settings).buildResponder(),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [SmallReads()],
                    idleTimeout: .seconds(Int64(settings.idleSeconds)),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: settings.maximumHeaderBytes, maxHeaderListSize: settings.maximumHeaderBytes,
                        maxHeaderFieldCount: settings.maximumHeaderCount))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), backlog: 1_024,
                availableConnectionsDelegate: .maximum(settings.maximumConnections, logger: logger)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(loop),
            logger: logger)
    }

    /// What serves, for tests.
    public var application: some ApplicationProtocol { served }

    /// Serves until the enclosing service group shuts down: then it takes no more connections and answers those it has.
    public func run() async throws {
        try await withTaskExecutorPreference(EventLoopExecutor(loop)) { try await served.run() }
    }

    private static func router(_ ports: WebPorts, _ settings: WebSettings) -> Router<BasicRequestContext> {
        let router = Router(options: [.autoGenerateHeadEndpoints])
        router.add(middleware: AnswerMiddleware())
        router.add(middleware: APIKeyMiddleware(keys: settings.apiKeys))
        let bodies = JSONBody(
            maximumBytes: settings.maximumBodyBytes, room: BodyRoom(maximumBytes: settings.maximumPendingBytes))
        let submit = SubmitRoute(submit: ports.submit, bodies: bodies)
        let move = MoveRoute(move: ports.move, reading: ports.reading, bodies: bodies)
        let receipt = ReceiptRoute(receipt: ports.receipt)
        let read = ReadRoutes(reading: ports.reading)
        let live = LiveRoutes(reading: ports.reading, utcOffsetMinutes: settings.utcOffsetMinutes)
        router.post("v1/requests") { request, _ in try await submit.answer(request) }
        router.get("v1/requests") { request, _ in try await read.list(request) }
        router.get("v1/requests/:id") { _, context in try await read.one(context.parameters.get("id") ?? "") }
        router.post("v1/requests/:id/moves") { request, context in
            try await move.answer(request, id: context.parameters.get("id") ?? "")
        }
        router.post("v1/notifications/:id/receipt") { _, context in
            try await receipt.answer(id: context.parameters.get("id") ?? "")
        }
        router.get("v1/figures") { _, _ in try await live.figures() }
        router.get("v1/openapi.json") { _, _ in
            Response.bytes(.ok, OpenAPIDocument.bytes, type: "application/json; charset=utf-8")
        }
        router.get("/") { request, _ in try await live.page(request) }
        return router
    }
}
