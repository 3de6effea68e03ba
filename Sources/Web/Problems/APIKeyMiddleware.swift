import Hummingbird

/// Lets a POST pass that names one of the keys, and every other method. Keys are never logged or repeated in an answer.
struct APIKeyMiddleware: RouterMiddleware {
    typealias Context = BasicRequestContext

    /// Empty: no key is asked for.
    let keys: Set<String>

    private static let apiKey = HTTPFields.Element.Name("X-API-Key")!

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if request.method == .post, !keys.isEmpty, !isKnown(request) { throw Problem.noKey }
        return try await next(request, context)
    }

    private func isKnown(_ request: Request) -> Bool {
        if let key = request.headers[Self.apiKey], keys.contains(key) { return true }
        if let key = request.uri.queryParameters["api_key"], keys.contains(String(key)) { return true }
        return false
    }
}
