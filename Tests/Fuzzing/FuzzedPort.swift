import Contracts
import Domain
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Web
import Workflow

/// The public port without a network: every route with what it reads of path, query, headers and body, before ports that
/// always answer.
struct FuzzedPort: Sendable {
    private let respond: @Sendable (Request) async throws -> Response

    /// Asks for no key, and for one, with little room for bodies.
    static let all: [FuzzedPort] = [
        FuzzedPort(WebSettings()),
        FuzzedPort(WebSettings(maximumBodyBytes: 1_024, maximumPendingBytes: 1_024, apiKeys: ["k"])),
    ]

    private init(_ settings: WebSettings) {
        let silent = Logger(label: "fuzzing") { _ in SwiftLogNoOpLogHandler() }
        let web = WebApplication(ports: Self.ports, settings: settings, logger: silent)
        respond = Self.responder(of: web.application, silent)
    }

    private static func responder<Served: ApplicationProtocol>(
        of served: Served, _ silent: Logger
    ) -> @Sendable (Request) async throws -> Response {
        { request in
            let source = ApplicationRequestContextSource(channel: channel, logger: silent)
            return try await served.responder.respond(to: request, context: Served.Context(source: source))
        }
    }

    /// Nothing is sent through it.
    private static let channel = EmbeddedChannel()

    /// Answers a request as it stands on the wire, about: there is always an answer, and a refusal says why.
    func answer(_ bytes: [UInt8]) {
        guard let message = Self.message(bytes) else { return }
        CallersThread().run {
            do {
                let request = Request(head: message.head, body: RequestBody(buffer: ByteBuffer(bytes: message.body)))
                let response = try await respond(request)
                let body = Collected()
                try await response.body.write(BodyWriter(body: body))
                Self.check(response, body.bytes.withLock { $0 }, of: message.head)
            } catch { preconditionFailure("\(message.head.path ?? ""): no answer but \(error)") }
        }
    }

    private static func check(_ response: Response, _ body: [UInt8], of head: HTTPRequest) {
        let status = response.status.code
        precondition((200..<500).contains(status), "\(head.method) \(head.path ?? "") is answered with \(status)")
        guard status >= 400, head.method != .head else { return }
        let problem = try? JSONObject(body)
        precondition(
            problem?.integer("status") == Int64(status) && problem?.string("detail") != nil,
            "\(head.method) \(head.path ?? "") is refused without a reason: \(String(decoding: body, as: UTF8.self))")
    }

    /// A line with method and target, lines of header fields, an empty line, the body; nil when no server would pass it on.
    private static func message(_ bytes: [UInt8]) -> (head: HTTPRequest, body: [UInt8])? {
        var lines = bytes.split(separator: 0x0A, maxSplits: 100, omittingEmptySubsequences: false)[...]
        let words = (lines.popFirst() ?? []).split(separator: 0x20, maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 2, let method = HTTPRequest.Method(words[0]) else { return nil }
        var head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: words[1])
        while let line = lines.popFirst(), !line.isEmpty {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 2, let name = HTTPFields.Element.Name(parts[0]) else { return nil }
            head.headerFields.append(HTTPFields.Element(name: name, value: String(parts[1].drop { $0 == " " })))
        }
        return (head, Array(lines.joined(separator: [0x0A])))
    }

    private final class Collected: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    private struct BodyWriter: ResponseBodyWriter {
        let body: Collected

        mutating func write(_ buffer: ByteBuffer) async throws {
            body.bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) }
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

extension FuzzedPort {
    private static let ports = WebPorts(
        submit: { submission in
            switch submission.validated(against: FuzzedCounty.registers) {
            case .failure(let problems): .failure(problems)
            case .success(let valid): .success(valid.identity == nil ? .accepted(known) : .repeated(known))
            }
        },
        move: { command in command.request == known ? .done(status) : .unknown },
        receipt: { $0.lane == 1 }, reading: Reading())

    fileprivate static let known = Domain.RequestID(0x0199_9999_9999_7000_8000_0000_0000_0001)

    fileprivate static let status = RequestStatus(
        id: known, place: .init(county: .init(1), town: .init(1), village: .init(1), service: .init(1)), state: .assigned,
        owner: Cadre.ID(17), reason: nil, lastSeq: 3, assignment: 1, acceptedAt: FuzzedCounty.now)
}

private struct Reading: RequestReading {
    private var view: RequestView {
        RequestView(
            status: FuzzedPort.status, county: "C", town: "T1", village: "V1", service: "S1", serviceName: "路灯<维修>",
            owner: "C1", ownerName: "李四", priority: 3, submittedAt: FuzzedCounty.now, assignedAt: FuzzedCounty.now,
            acknowledgedAt: nil, closedAt: nil)
    }

    func request(_ id: Domain.RequestID) async throws -> RequestView? { id == FuzzedPort.known ? view : nil }

    func requests(_ filter: RequestFilter) async throws -> RequestPage {
        RequestPage(requests: filter.isOpen == false ? [] : [view], next: filter.village == nil ? nil : FuzzedPort.known)
    }

    func cadre(code: String) async throws -> Cadre.ID? { code == "C1" ? Cadre.ID(17) : nil }

    func liveFigures() async throws -> LiveFigures {
        LiveFigures(
            byState: [("assigned", 1)], waitingByReason: [("everyone_on_leave", 1)], breached: 1, now: FuzzedCounty.now)
    }
}
