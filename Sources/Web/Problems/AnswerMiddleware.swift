import Failpoints
import Hummingbird
import Logging
import Workflow

/// Turns every thrown error into a problem, and gives every answer the headers that keep browsers careful.
struct AnswerMiddleware: RouterMiddleware {
    typealias Context = BasicRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if request.method == .post { failpoint("http.received") }
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = Self.problem(of: error, log: context.logger).response
        }
        if request.method == .post, failpoint("http.before-answer") { response.body = Self.lost }
        response.headers.append(contentsOf: Self.always)
        for field in Self.unlessSet where !response.headers.contains(field.name) { response.headers.append(field) }
        return response
    }

    /// The answer is cut off after its head: the connection ends where the body would begin.
    private static let lost = ResponseBody { _ in throw Lost() }

    private struct Lost: Error {}

    /// No route sets these.
    private static let always: HTTPFields = [
        .xContentTypeOptions: "nosniff", .init("Referrer-Policy")!: "no-referrer", .init("X-Frame-Options")!: "DENY",
        .init("Cross-Origin-Resource-Policy")!: "same-origin",
    ]

    private static let unlessSet: HTTPFields = [
        .cacheControl: "no-store", .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
    ]

    static func problem(of error: any Error, log: Logger) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case is any OverloadSign: return .overloaded
        case is any StopSign, is CancellationError: return .unavailable
        case let fault as LaneFault:
            switch fault {
            case .unavailable, .fenced, .outcomeUnknown, .registerChanged:
                log.warning("answered 503", metadata: ["error": "\(fault)"])
                return .unavailable
            case .failed, .wrongPlace: break
            }
        case let error as any HTTPResponseError where error.status == .notFound: return .unknownPath
        case let error as any HTTPResponseError where error.status.kind == .clientError:
            return .malformed("\(error.status.code) \(error.status.reasonPhrase)")
        default: break
        }
        log.error("answered 500", metadata: ["error": "\(error)"])
        return .failed
    }
}

/// Too many wait, for a group commit of whatever items or for a turn.
private protocol OverloadSign: Error {}
extension GroupCommit.Overloaded: OverloadSign {}
extension Turns.Overloaded: OverloadSign {}

/// A group commit of whatever items is ending.
private protocol StopSign: Error {}
extension GroupCommit.Stopped: StopSign {}
