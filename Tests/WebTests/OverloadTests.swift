import Contracts
import Domain
import Glibc
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing
import Workflow

@testable import Web

@Suite("Too much over HTTP")
struct OverloadTests {
    private static let id = RequestID("018f3c1e-7a10-7cc3-98c4-dc0c0c07398f")!
    private static let short = #"{"village":"V0345","service":"S007","description":"路灯不亮"}"#
    private static let limit = Duration.seconds(600)

    /// A body of so many bytes.
    private static func body(_ byteCount: Int) -> String {
        short + String(repeating: " ", count: byteCount - short.utf8.count)
    }

    /// Opens once, for everybody.
    private final class Barrier: Sendable {
        private let state = Mutex((isOpen: false, waiting: 0))

        var waitingCount: Int { state.withLock { $0.waiting } }
        func open() { state.withLock { $0.isOpen = true } }
        func pass() async {
            state.withLock { $0.waiting += 1 }
            while !state.withLock({ $0.isOpen }), !Task.isCancelled { await Task.yield() }
            state.withLock { $0.waiting -= 1 }
        }
    }

    /// As many connections as an intake has; a list keeps one until the barrier opens.
    private struct FewConnections: BatchReading {
        let connections = Turns(4)
        let barrier = Barrier()

        func requests(_ filter: RequestFilter) async throws -> RequestPage {
            try await connections.take {
                await barrier.pass()
                return RequestPage(requests: [], next: nil)
            }
        }

        func requests(_ ids: [RequestID]) async throws -> [RequestID: RequestView] { [:] }
        func cadres(codes: [String]) async throws -> [String: Cadre.ID] { [:] }
        func request(_ id: RequestID) async throws -> RequestView? { nil }
        func cadre(code: String) async throws -> Cadre.ID? { nil }
        func liveFigures() async throws -> LiveFigures {
            LiveFigures(byState: [], waitingByReason: [], breached: 0, now: Instant(seconds: 0))
        }
    }

    private func test(
        _ few: FewConnections, _ turns: Turns, _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let web = WebApplication(
            ports: WebPorts(
                submit: { _ in try await few.connections.take { .success(.accepted(Self.id)) } },
                move: { _ in .unknown },
                receipt: { _ in
                    try await turns.take {
                        try await few.connections.take {
                            await few.barrier.pass()
                            return true
                        }
                    }
                },
                reading: SharedReading(few, maximumPending: 10, lists: turns)),
            settings: WebSettings(port: 0), logger: quiet)
        try await web.application.test(.router) { try await body($0) }
    }

    @Test("however many lists and receipts are asked for, submissions get in and the excess is told when to come back",
        .timeLimit(.minutes(5)), arguments: [true, false])
    func lists(_ areLists: Bool) async throws {
        let (few, turns) = (FewConnections(), Turns(2, maximumWaiting: 8, patience: Self.limit))
        try await test(few, turns) { client in
            try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        areLists
                            ? try await client.get("/v1/requests?status=open")
                            : try await client.post("/v1/notifications/1-2/receipt", "")
                    }
                }
                for _ in 0..<30 {
                    let answer = try #require(try await group.next())
                    #expect(answer.status == 429 && answer.headers[.retryAfter] == "1")
                    #expect(try answer.problems() == ["server overloaded"])
                }
                while few.barrier.waitingCount < 2 || turns.waitingCount < 8, !Task.isCancelled { await Task.yield() }
                let submitted = try await client.post("/v1/requests", Self.short)
                #expect(submitted.status == 201)
                few.barrier.open()
                for try await answer in group { #expect(answer.status == (areLists ? 200 : 204)) }
            }
        }
        #expect(turns.waitingCount == 0)
    }

    @Test("one that waits too long for its turn is sent away, and what has its turn is not", .timeLimit(.minutes(5)))
    func patience() async throws {
        let (few, turns) = (FewConnections(), Turns(1, maximumWaiting: 8, patience: .milliseconds(5)))
        try await test(few, turns) { client in
            async let first = client.get("/v1/requests")
            while few.barrier.waitingCount < 1, !Task.isCancelled { await Task.yield() }
            let second = try await client.get("/v1/requests")
            #expect(second.status == 429 && second.headers[.retryAfter] == "1")
            few.barrier.open()
            let status = try await first.status
            #expect(status == 200)
            let third = try await client.get("/v1/requests")
            #expect(third.status == 200)
        }
    }

    @Test("one that is cancelled while it waits leaves the queue", .timeLimit(.minutes(5)))
    func cancelled() async throws {
        let (turns, barrier) = (Turns(1, maximumWaiting: 1, patience: Self.limit), Barrier())
        let first = Task { try await turns.take { await barrier.pass() } }
        while barrier.waitingCount < 1, !Task.isCancelled { await Task.yield() }
        let second = Task { try await turns.take { Issue.record("it had a turn") } }
        while turns.waitingCount < 1, !Task.isCancelled { await Task.yield() }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(turns.waitingCount == 0)
        barrier.open()
        try await first.value
        try await turns.take {}
    }

    @Test("bodies that wait for their answer take the room of those that come", .timeLimit(.minutes(5)))
    func room() async throws {
        let barrier = Barrier()
        let ports = FakePorts {
            $0.submit = { _ in
                await barrier.pass()
                return .success(.accepted(Self.id))
            }
        }
        try await ports.test(settings: WebSettings(maximumBodyBytes: 2_000, maximumPendingBytes: 2_000)) { client in
            async let first = client.post("/v1/requests", Self.body(1_500))
            while barrier.waitingCount < 1, !Task.isCancelled { await Task.yield() }
            for path in ["/v1/requests", "/v1/requests/\(Self.id)/moves"] {
                let excess = try await client.post(path, Self.body(501))
                #expect(excess.status == 429 && excess.headers[.retryAfter] == "1")
                #expect(try excess.problems() == ["server overloaded"])
            }
            async let second = client.post("/v1/requests", Self.body(500))
            while barrier.waitingCount < 2, !Task.isCancelled { await Task.yield() }
            barrier.open()
            let statuses = try await [first.status, second.status]
            #expect(statuses == [201, 201])
            let again = try await client.post("/v1/requests", Self.body(2_000))
            #expect(again.status == 201)
        }
        #expect(ports.asked.submissions.count == 3)
    }

    @Test("whatever becomes of a body, its room is free afterwards")
    func roomGivenBack() async throws {
        let ports = FakePorts { $0.submit = { _ in throw LaneFault.fenced } }
        try await ports.test(settings: WebSettings(maximumBodyBytes: 2_000, maximumPendingBytes: 2_000)) { client in
            for _ in 0..<3 {
                for (body, status) in [(Self.body(1_500), 503), (Self.body(1_500) + "x", 400), (Self.body(2_001), 413)] {
                    let answer = try await client.post("/v1/requests", body)
                    #expect(answer.status == status)
                }
            }
        }
    }

    @Test("a body that can never have room is too large")
    func neverRoom() async throws {
        try await FakePorts().test(settings: WebSettings(maximumBodyBytes: 2_000, maximumPendingBytes: 1_000)) { client in
            let answer = try await client.post("/v1/requests", Self.body(1_001))
            #expect(answer.status == 413 && answer.text.contains("at most 1000 bytes"))
        }
    }

    @Test("a connection more than may be served has no answer until another is closed", .timeLimit(.minutes(5)))
    func connections() async throws {
        let listening = AsyncStream<Int>.makeStream()
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let few = FewConnections()
        let web = WebApplication(
            ports: WebPorts(
                submit: { _ in .success(.accepted(Self.id)) }, move: { _ in .unknown }, receipt: { _ in false }, reading: few),
            settings: WebSettings(port: 0, maximumConnections: 1), logger: quiet,
            onListening: { listening.continuation.yield($0) })
        let serving = Task { try? await web.run() }  // it is cancelled below
        var ports = listening.stream.makeAsyncIterator()
        let port = try #require(await ports.next())
        let first = try RawConnection(port)
        first.ask()
        #expect(first.hasAnswer(withinMilliseconds: 20_000))
        // Not before: those who come at once may be taken at once, a few more than the bound.
        let second = try RawConnection(port)
        second.ask()
        #expect(!second.hasAnswer(withinMilliseconds: 300))
        first.close()
        #expect(second.hasAnswer(withinMilliseconds: 20_000))
        second.close()
        serving.cancel()
    }

    @Test("of many who wait for the same figures the excess is sent away", .timeLimit(.minutes(5)))
    func figures() async throws {
        let barrier = Barrier()
        let fresh = Fresh(maximumWaiting: 2) {
            await barrier.pass()
            return 1
        }
        let first = Task { try await fresh.value() }
        while barrier.waitingCount < 1, !Task.isCancelled { await Task.yield() }
        let others = (0..<2).map { _ in Task { try await fresh.value() } }
        while await fresh.waitingCount < 2, !Task.isCancelled { await Task.yield() }
        let excess = await #expect(throws: Problem.self) { try await fresh.value() }
        #expect(excess?.status == .tooManyRequests)
        barrier.open()
        for reader in [first] + others { #expect(try await reader.value == 1) }
        #expect(await fresh.waitingCount == 0)
    }
}

/// A connection that asks for one thing and stays open.
private struct RawConnection {
    private let descriptor: Int32

    init(_ port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0)
    }

    func ask() {
        let bytes = Array("GET /v1/openapi.json HTTP/1.1\r\nHost: test\r\n\r\n".utf8)
        #expect(send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    }

    func hasAnswer(withinMilliseconds milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, milliseconds) == 1
    }

    func close() { _ = Glibc.close(descriptor) }
}
