import Contracts
import Domain
import Hummingbird
import Workflow

/// `POST /v1/requests/{id}/moves`: 200 with the new state, 409 with the rule's sentences, 404, 400.
struct MoveRoute: Sendable {
    let move: @Sendable (MoveCommand) async throws -> MoveOutcome
    let reading: any RequestReading
    let bodies: JSONBody

    static let reasonLimit = 2_000
    static let moves = ["acknowledge", "start", "resolve", "decline", "hand_over", "confirm", "reopen", "withdraw", "rate"]

    /// What a body asks for.
    private struct Wish {
        var move: Move?
        var reason: String?
        var after: Int32?
        /// As written.
        var actor: String
        var problems: [FieldProblem]
    }

    func answer(_ request: Request, id: String) async throws -> Response {
        guard let id = RequestID(id) else { throw Problem.unknownRequest }
        return try await bodies.answer(request, decode: Self.wish) { wish in try await answer(wish, id) }
    }

    private func answer(_ wish: Wish, _ id: RequestID) async throws -> Response {
        var problems = wish.problems
        let actor = try await actor(wish.actor, &problems)
        guard let move = wish.move, let actor, problems.isEmpty else { throw Problem.invalid(problems) }
        switch try await self.move(MoveCommand(request: id, move: move, actor: actor, note: wish.reason, after: wish.after)) {
        case .done(let status): return .json(.ok, Self.json(status))
        case .unknown: throw Problem.unknownRequest
        case .refused(let refusal):
            throw Problem(
                .conflict, "refused", title: "The request's rules refuse the move",
                problems: [
                    FieldProblem(
                        field: "move", code: refusal.code, english: refusal.english, chinese: refusal.chinese)
                ])
        }
    }

    /// The members nobody asked for are gone before anything is waited for: an object of many takes several times its bytes.
    private static func wish(_ bytes: [UInt8]) throws -> Wish {
        let object: JSONObject
        do { object = try JSONObject(bytes) } catch { throw Problem.malformed("\(error)") }
        var problems: [FieldProblem] = []
        let reason = reason(object, &problems)
        let move = move(object, reason: reason, &problems)
        let after = after(object, &problems)
        return Wish(move: move, reason: reason, after: after, actor: object.string("actor") ?? "", problems: problems)
    }

    private static func move(_ object: JSONObject, reason: String?, _ problems: inout [FieldProblem]) -> Move? {
        switch object.string("move") {
        case "acknowledge": return .acknowledge
        case "start": return .start
        case "resolve": return .resolve(outside: false)
        case "decline": return .decline(reason: reason)
        case "hand_over": return .handOver
        case "confirm": return .confirm
        case "reopen": return .reopen
        case "withdraw": return .withdraw
        case "rate":
            if let rating = object.integer("rating").flatMap({ Int16(exactly: $0) }) { return .rate(rating) }
            problems.append(
                FieldProblem(
                    field: "rating", code: "not_a_rating", english: "\"rating\" must be a whole number from 1 to 5",
                    chinese: "“rating”须为 1 到 5 的整数"))
        default:
            let known = moves.joined(separator: ", ")
            problems.append(
                FieldProblem(
                    field: "move", code: "unknown_move", english: "\"move\" must be one of \(known)",
                    chinese: "“move”须为其中之一：\(known)"))
        }
        return nil
    }

    private static func reason(_ object: JSONObject, _ problems: inout [FieldProblem]) -> String? {
        switch object["reason"] {
        case nil, .null?: return nil
        case .string(let text)? where text.utf8.contains(0):
            problems.append(
                FieldProblem(
                    field: "reason", code: "has_nul", english: "\"reason\" contains a NUL character",
                    chinese: "“reason”含有空字符"))
        case .string(let text)? where text.utf8.count > reasonLimit && text.unicodeScalars.count > reasonLimit:
            problems.append(
                FieldProblem(
                    field: "reason", code: "too_long", english: "\"reason\" may have at most \(reasonLimit) characters",
                    chinese: "“reason”最多\(reasonLimit)个字符"))
        case .string(let text)?: return text.isEmpty ? nil : text
        default:
            problems.append(
                FieldProblem(
                    field: "reason", code: "not_text", english: "\"reason\" must be a string", chinese: "“reason”必须是字符串"))
        }
        return nil
    }

    private static func after(_ object: JSONObject, _ problems: inout [FieldProblem]) -> Int32? {
        switch object["after_seq"] {
        case nil, .null?: return nil
        default:
            if let seq = object.integer("after_seq").flatMap({ Int32(exactly: $0) }), seq > 0 { return seq }
            problems.append(
                FieldProblem(
                    field: "after_seq", code: "not_a_seq", english: "\"after_seq\" must be the number of an event, from 1",
                    chinese: "“after_seq”须为事件编号，从 1 起"))
            return nil
        }
    }

    /// Callers name cadres by code; the key inside is for us to find.
    private func actor(_ word: String, _ problems: inout [FieldProblem]) async throws -> Actor? {
        switch word {
        case "resident": return .resident
        case "supervisor": return .supervisor
        case _ where word.hasPrefix("cadre:") && word.utf8.count > 6 && !word.utf8.contains(0):
            let code = String(word.dropFirst(6))
            if let cadre = try await reading.cadre(code: code) { return .cadre(cadre) }
            problems.append(
                FieldProblem(
                    field: "actor", code: "unknown_cadre", english: "no cadre has the code \"\(code.prefix(40))\"",
                    chinese: "没有编码为“\(code.prefix(40))”的干部"))
        default:
            problems.append(
                FieldProblem(
                    field: "actor", code: "unknown_actor",
                    english: "\"actor\" must be resident, supervisor or cadre:CODE",
                    chinese: "“actor”须为 resident、supervisor 或 cadre:干部编码"))
        }
        return nil
    }

    private static func json(_ status: RequestStatus) -> [UInt8] {
        var json = JSONWriter(reserve: 160)
        json.write("request_id", status.id)
        json.write("state", status.state.word)
        json.write("waiting_reason", ifAny: status.reason?.word)
        json.write("seq", status.lastSeq)
        if let rating = status.rating { json.write("rating", rating) }
        return json.finish()
    }
}
