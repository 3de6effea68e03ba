import Contracts
import Domain
import Hummingbird
import Workflow

/// `GET /v1/requests` and `GET /v1/requests/{id}`.
struct ReadRoutes: Sendable {
    let reading: any RequestReading

    static let defaultLimit = 50
    static let greatestLimit = 200

    func one(_ id: String) async throws -> Response {
        guard let id = RequestID(id), let view = try await reading.request(id) else { throw Problem.unknownRequest }
        return .json(.ok, view.json(isWhole: true))
    }

    /// Newest first; `next` is there when more may follow.
    func list(_ request: Request) async throws -> Response {
        var filter = try Self.filter(request)
        let page = try await reading.requests(filter)
        var json = JSONWriter(reserve: 512 * (page.requests.count + 1))
        json.write("requests", json: JSONArray.of(page.requests.map { $0.json(isWhole: false) }))
        guard let before = page.next else { return .json(.ok, json.finish()) }
        filter.before = before
        let next = Self.link(filter)
        json.write("next", next)
        var response = Response.json(.ok, json.finish())
        response.headers[.init("Link")!] = "<\(next)>; rel=\"next\""
        return response
    }

    /// An empty parameter is an absent one.
    private static func filter(_ request: Request) throws -> RequestFilter {
        let parameters = request.uri.queryParameters
        func text(_ name: Substring) -> String? {
            guard let value = parameters[name], !value.isEmpty else { return nil }
            return String(value)
        }
        var problems: [FieldProblem] = []
        func problem(_ field: String, _ code: String, _ expected: String, _ chinese: String) {
            problems.append(
                FieldProblem(
                    field: field, code: code, english: "\"\(field)\" must be \(expected)", chinese: "“\(field)”须为\(chinese)"))
        }
        var filter = RequestFilter(village: text("village"), owner: text("owner"), limit: defaultLimit)
        for (name, value) in [("village", filter.village), ("owner", filter.owner)]
        where value?.utf8.contains(0) == true || (value?.utf8.count ?? 0) > 200 {
            problem(name, "not_a_code", "a code of at most 200 bytes", "不超过 200 字节的编码")
        }
        switch text("status") {
        case nil: break
        case "open": filter.isOpen = true
        case "closed": filter.isOpen = false
        default: problem("status", "unknown_status", "open or closed", " open 或 closed")
        }
        if let before = text("before") {
            filter.before = RequestID(before)
            if filter.before == nil { problem("before", "not_an_id", "a request's id", "诉求编号") }
        }
        if let limit = text("limit") {
            if let number = Int(limit), (1...greatestLimit).contains(number) {
                filter.limit = number
            } else {
                problem("limit", "not_a_limit", "a whole number from 1 to \(greatestLimit)", " 1 到 \(greatestLimit) 的整数")
            }
        }
        guard problems.isEmpty else { throw Problem.invalid(problems) }
        return filter
    }

    private static func link(_ filter: RequestFilter) -> String {
        var parts: [String] = []
        if let village = filter.village { parts.append("village=\(percentEncoded(village))") }
        if let owner = filter.owner { parts.append("owner=\(percentEncoded(owner))") }
        if let isOpen = filter.isOpen { parts.append("status=\(isOpen ? "open" : "closed")") }
        if let before = filter.before { parts.append("before=\(before)") }
        parts.append("limit=\(filter.limit)")
        return "/v1/requests?" + parts.joined(separator: "&")
    }

    /// Everything but RFC 3986's unreserved characters.
    static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
