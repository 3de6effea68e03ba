import ArgumentParser
import Contracts
import Domain
import Foundation
import Store
import Workflow

/// `tuesday request show`.
struct ShowRequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a request with its events and deadlines, without personal data.",
        discussion: "Connects as libpq's environment says (PGHOST, PGUSER, PGDATABASE, PGPASSFILE, ...).")

    @Argument(help: "The request's id.")
    var id: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let id = try RequestArgument.id(id)
        try await CommandOutput.withPool("request") { pool in
            guard let view = try await RequestReader(pool: pool).request(id) else {
                CommandOutput.say("There is no request \(id).")
                throw ExitCode(65)
            }
            if json { return try CommandOutput.printJSON(RequestReport(view)) }
            let status = view.status
            print("\(status.id)  \(status.state.word)\(status.reason.map { ": \($0.word)" } ?? "")")
            print("village \(view.village) (town \(view.town), county \(view.county)), service \(view.service) \(view.serviceName)")
            if let owner = view.owner { print("owner \(owner) \(view.ownerName ?? "")") }
            TextTable(
                ["seq", "event", "at"], view.events.map { ["\($0.seq)", $0.type, ISO8601.format($0.at)] }
            ).print()
            TextTable(
                ["deadline", "epoch", "due", "met", "missed"],
                view.deadlines.map { deadline in
                    [
                        deadline.kind, "\(deadline.epoch)", ISO8601.format(deadline.dueAt),
                        deadline.metAt.map { ISO8601.format($0) } ?? "-",
                        deadline.breachedAt.map { ISO8601.format($0) } ?? "-",
                    ]
                }
            ).print()
        }
    }
}

/// The id on a command line.
enum RequestArgument {
    /// Exit code 64 when it is none.
    static func id(_ text: String) throws -> RequestID {
        guard let id = RequestID(text) else {
            throw ValidationError("\"\(text)\" is no request id: 32 hexadecimal digits are expected")
        }
        return id
    }
}

private struct RequestReport: Encodable {
    struct Event: Encodable {
        let seq: Int32
        let type: String
        let at: String
    }

    struct Deadline: Encodable {
        let kind: String
        let epoch: Int32
        let dueAt: String
        let metAt: String?
        let breachedAt: String?
    }

    let requestID: String
    let state: String
    let waitingReason: String?
    let county: String
    let town: String
    let village: String
    let service: String
    let owner: String?
    let priority: Int16
    let acceptedAt: String
    let resolvedAt: String?
    let rating: Int16?
    let events: [Event]
    let deadlines: [Deadline]

    init(_ view: RequestView) {
        requestID = "\(view.status.id)"
        state = view.status.state.word
        waitingReason = view.status.reason?.word
        county = view.county
        town = view.town
        village = view.village
        service = view.service
        owner = view.owner
        priority = view.priority
        acceptedAt = ISO8601.format(view.status.acceptedAt)
        resolvedAt = view.status.resolvedAt.map { ISO8601.format($0) }
        rating = view.status.rating
        events = view.events.map { Event(seq: $0.seq, type: $0.type, at: ISO8601.format($0.at)) }
        deadlines = view.deadlines.map {
            Deadline(
                kind: $0.kind, epoch: $0.epoch, dueAt: ISO8601.format($0.dueAt),
                metAt: $0.metAt.map { ISO8601.format($0) }, breachedAt: $0.breachedAt.map { ISO8601.format($0) })
        }
    }
}
