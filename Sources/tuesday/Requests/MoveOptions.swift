import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIO
import NIOFoundationCompat
import Runtime

/// Whose move, of which request, and where the intake listens.
///
/// Exit codes: 64 a wrong command line, 65 refused by the request's rules or unknown, 69 the intake does not answer,
/// 75 it is overloaded, 77 it wants an API key, 1 anything else.
struct MoveOptions: ParsableArguments {
    @Argument(help: "The request's id.")
    var id: String

    @Option(name: .customLong("as"), help: "Who moves: resident, supervisor or cadre:CODE.")
    var actor: String

    @Option(help: "Where the intake listens; by default on this machine, at the port http.port.")
    var url: String?

    @Flag(help: "Print JSON.")
    var json = false

    private struct Body: Encodable {
        let move: String
        let actor: String
        let reason: String?
        let rating: Int?
    }

    private struct Moved: Decodable {
        let state: String
        let seq: Int32
    }

    private struct Problem: Decodable {
        struct Detail: Decodable {
            let code: String?
            let english: String?
        }

        let title: String?
        let problems: [Detail]?
    }

    func post(_ move: String, reason: String? = nil, rating: Int? = nil) async throws {
        let id = try RequestArgument.id(id)
        let settings = try Settings.read(program: .tuesday, arguments: [])
        let url = url ?? "http://127.0.0.1:\(settings.int(.httpPort))"
        guard let base = URL(string: url), base.scheme == "http" || base.scheme == "https", base.host() != nil else {
            throw ValidationError("--url must be like http://127.0.0.1:8080; found \"\(url)\"")
        }
        var request = HTTPClientRequest(url: base.appending(path: "v1/requests/\(id)/moves").absoluteString)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        if let key = settings.list(.apiKeys).first { request.headers.add(name: "x-api-key", value: key) }
        let body = Body(move: move, actor: actor, reason: reason, rating: rating)
        request.body = .bytes(ByteBuffer(data: try JSONEncoder().encode(body)))
        let answer: (status: UInt, body: Data)
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            answer = (response.status.code, Data(buffer: try await response.body.collect(upTo: 1 << 20)))
        } catch {
            CommandOutput.say("\(url) does not answer: \(error)")
            throw ExitCode(69)
        }
        guard answer.status == 200 else { throw refused(answer.status, answer.body) }
        if json { return print(String(decoding: answer.body, as: UTF8.self)) }
        let moved = try JSONDecoder().decode(Moved.self, from: answer.body)
        print("\(id)  \(moved.state)")
    }

    /// Says what the intake said, and turns it into an exit code.
    private func refused(_ status: UInt, _ body: Data) -> ExitCode {
        // A body that is no problem document comes from something between here and the intake: the status must do.
        let problem = try? JSONDecoder().decode(Problem.self, from: body)
        CommandOutput.say("\(problem?.title ?? "The intake answered with HTTP status \(status)").")
        for detail in problem?.problems ?? [] {
            CommandOutput.say("  \([detail.code, detail.english].compactMap(\.self).joined(separator: ": "))")
        }
        if json { print(String(decoding: body, as: UTF8.self)) }
        switch status {
        case 400, 404, 409, 422: return ExitCode(65)
        case 403:
            CommandOutput.say("Name a key in \(Setting.apiKeys.environmentName), or its file in \(Setting.apiKeys.environmentName)_FILE.")
            return ExitCode(77)
        case 429: return ExitCode(75)
        case 502, 503, 504: return ExitCode(69)
        default: return ExitCode(ExitStatus.failure)
        }
    }
}
