import Contracts
import Domain
import Hummingbird
import Workflow

/// `GET /v1/figures` and the page at `/`.
struct LiveRoutes: Sendable {
    private let state: Fresh<LiveState>
    private let utcOffsetMinutes: Int

    init(reading: any RequestReading, utcOffsetMinutes: Int) {
        self.utcOffsetMinutes = utcOffsetMinutes
        state = Fresh {
            LiveState(
                figures: try await reading.liveFigures(),
                latest: try await reading.requests(RequestFilter(limit: 15)).requests)
        }
    }

    func figures() async throws -> Response {
        let figures = try await state.value().figures
        var json = JSONWriter()
        json.write("at", figures.now)
        json.write(
            "by_state",
            json: JSONArray.of(
                figures.byState.map { entry in
                    var json = JSONWriter(reserve: 48)
                    json.write("state", entry.state)
                    json.write("count", entry.count)
                    return json.finish()
                }))
        json.write(
            "waiting_by_reason",
            json: JSONArray.of(
                figures.waitingByReason.map { entry in
                    var json = JSONWriter(reserve: 64)
                    json.write("reason", entry.reason)
                    json.write("count", entry.count)
                    return json.finish()
                }))
        json.write("breached_count", figures.breached)
        return .json(.ok, json.finish())
    }

    /// `?lang=zh` or `?lang=en` goes before the header, and `?refresh=off` keeps the page still.
    func page(_ request: Request) async throws -> Response {
        let parameters = request.uri.queryParameters
        var language = Language(acceptLanguage: request.headers[.acceptLanguage])
        switch parameters["lang"] {
        case "en": language = .english
        case "zh": language = .chinese
        default: break
        }
        let page = LivePage(
            state: try await state.value(), language: language, isRefreshing: parameters["refresh"] != "off",
            utcOffsetMinutes: utcOffsetMinutes)
        var response = Response.bytes(.ok, Array(page.html.utf8), type: "text/html; charset=utf-8")
        response.headers[.contentLanguage] = language.rawValue
        response.headers[.vary] = "Accept-Language"
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'"
        return response
    }
}

/// What the page shows, read together.
struct LiveState: Sendable {
    var figures: LiveFigures
    var latest: [RequestView]
}
