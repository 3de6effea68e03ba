import Contracts
import Hummingbird

/// An answer that says what went wrong, in the form of RFC 9457.
///
/// `title` and `detail` are English; each entry of `problems` says it in both languages, and there is at least one.
struct Problem: Error {
    /// The end of `type`, after `urn:tuesday:problem:`; never changes once published.
    let word: String
    let status: HTTPResponse.Status
    let title: String
    let detail: String
    let problems: [FieldProblem]
    var retryAfterSeconds: Int?

    init(
        _ status: HTTPResponse.Status, _ word: String, title: String, problems: [FieldProblem],
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.word = word
        self.title = title
        self.problems = problems
        self.retryAfterSeconds = retryAfterSeconds
        detail = problems.map(\.english).joined(separator: "; ")
    }

    var response: Response {
        var json = JSONWriter()
        json.write("type", "urn:tuesday:problem:\(word)")
        json.write("title", title)
        json.write("status", status.code)
        json.write("detail", detail)
        json.write("problems", json: JSONArray.of(problems.map(Self.json)))
        var response = Response.bytes(status, json.finish(), type: "application/problem+json; charset=utf-8")
        if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
        return response
    }

    private static func json(_ problem: FieldProblem) -> [UInt8] {
        var json = JSONWriter()
        json.write("field", problem.field)
        json.write("code", problem.code)
        json.write("english", problem.english)
        json.write("chinese", problem.chinese)
        return json.finish()
    }
}

extension Problem {
    static func invalid(_ problems: [FieldProblem]) -> Problem {
        Problem(.badRequest, "invalid", title: "The request is not valid", problems: problems)
    }

    /// - Parameter detail: where the JSON breaks, as the reader says it.
    static func malformed(_ detail: String) -> Problem {
        invalid([
            FieldProblem(
                field: "body", code: "malformed", english: "the body is not a JSON object: \(detail)",
                chinese: "请求体不是有效的 JSON 对象：\(detail)")
        ])
    }

    static let noKey = Problem(
        .forbidden, "no-api-key", title: "An API key is needed",
        problems: [
            FieldProblem(
                field: "x-api-key", code: "no_api_key",
                english: "send a key that this installation knows, in the header X-API-Key or the parameter api_key",
                chinese: "请在 X-API-Key 请求头或 api_key 参数中提供本系统认可的密钥")
        ])

    static let unknownRequest = Problem(
        .notFound, "unknown-request", title: "No such request",
        problems: [
            FieldProblem(field: "id", code: "unknown_request", english: "no request has this id", chinese: "没有此编号的诉求")
        ])

    static let unknownNotification = Problem(
        .notFound, "unknown-notification", title: "No such notification",
        problems: [
            FieldProblem(
                field: "id", code: "unknown_notification", english: "no notification has this id; it is the record's ce_id",
                chinese: "没有此编号的通知；编号即消息头 ce_id")
        ])

    static let unknownPath = Problem(
        .notFound, "not-found", title: "No such resource",
        problems: [
            FieldProblem(
                field: "path", code: "not_found",
                english: "nothing answers this method and path; /v1/openapi.json lists what does",
                chinese: "没有对应此方法和路径的资源；可用的资源见 /v1/openapi.json")
        ])

    static func tooLarge(_ maximumBytes: Int) -> Problem {
        Problem(
            .contentTooLarge, "too-large", title: "The body is too large",
            problems: [
                FieldProblem(
                    field: "body", code: "too_large", english: "the body may have at most \(maximumBytes) bytes",
                    chinese: "请求体最多 \(maximumBytes) 字节")
            ])
    }

    static let notJSON = Problem(
        .unsupportedMediaType, "not-json", title: "The body must be JSON",
        problems: [
            FieldProblem(
                field: "content-type", code: "not_json", english: "send the body as application/json",
                chinese: "请以 application/json 发送请求体")
        ])

    static let keyReused = Problem(
        .unprocessableContent, "idempotency-key-reused", title: "The key was used for another body",
        problems: [
            FieldProblem(
                field: "idempotency_key", code: "idempotency_key_reused",
                english: "this Idempotency-Key or source_id came before with another body; use a new one",
                chinese: "此 Idempotency-Key 或 source_id 已用于内容不同的提交，请换一个")
        ])

    static let overloaded = Problem(
        .tooManyRequests, "overloaded", title: "Too many requests wait",
        problems: [
            FieldProblem(
                field: "server", code: "overloaded", english: "too many requests wait; nothing was done, try again",
                chinese: "排队的请求过多；本次未作任何处理，请稍后重试")
        ],
        retryAfterSeconds: 1)

    static let unavailable = Problem(
        .serviceUnavailable, "unavailable", title: "Temporarily unavailable",
        problems: [
            FieldProblem(
                field: "server", code: "unavailable",
                english: "the service is not available now, and what was asked for may have been done; send a submission again "
                    + "with the same Idempotency-Key, a move with the same after_seq",
                chinese: "服务暂不可用，本次请求可能已经生效；重新提交诉求请用同一 Idempotency-Key，重新操作请用同一 after_seq")
        ],
        retryAfterSeconds: 5)

    static let failed = Problem(
        .internalServerError, "failed", title: "The server failed",
        problems: [
            FieldProblem(
                field: "server", code: "failed", english: "the server failed; its log says why",
                chinese: "服务器出错，原因见服务器日志")
        ])
}
