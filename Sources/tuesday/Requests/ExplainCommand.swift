import ArgumentParser
import Contracts
import Domain
import Store

/// `tuesday explain`: why a request went to whom it went.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explain why a request went to whom it went, or why it waits.",
        discussion: """
            Every cadre who covers the village is listed with the first rule that removed them, from the register as it \
            was at the decision. For a request that waits this is the last decision to wait, and whom it found at capacity \
            is told besides.
            """)

    @Argument(help: "The request's id.")
    var id: String

    @Option(help: "Number of the assignment; the last, or the present waiting, unless given.")
    var assignment: Int32?

    @Flag(help: "Print JSON.")
    var json = false

    private struct Line: Encodable {
        let cadre: String
        let name: String
        let rung: String
        let level: Int16?
        let open: Int32?
        let capacity: Int32?
        let removedBy: String?
    }

    private struct Report: Encodable {
        let requestID: String
        let assignment: Int32?
        let winner: String?
        let waitingReason: String?
        let at: String
        let registerVersion: Int64
        let policyVersion: Int32
        /// Absent, like the next three, when an assignment is explained.
        let attempts: Int32?
        let retryAt: String?
        /// Absent also when the decision's release did not keep it.
        let atCapacity: [String]?
        let atCapacityLeftOut: Int?
        let candidates: [Line]
    }

    func run() async throws {
        let id = try RequestArgument.id(id)
        try await CommandOutput.withPool("explain") { pool in
            let explained: ExplainedRouting
            do {
                explained = try await ExplanationReader(pool: pool).explain(id, assignment: assignment)
            } catch let refusal as ExplanationRefusal {
                CommandOutput.say("\(refusal)")
                throw ExitCode(65)
            }
            let report = report(explained)
            if json { return try CommandOutput.printJSON(report) }
            if let winner = report.winner {
                print("Request \(id) went to \(winner) (assignment \(report.assignment ?? 0)).")
            } else {
                print("Request \(id) waits: \(report.waitingReason ?? "nobody can take it").")
            }
            print("Decided at \(report.at) from register version \(report.registerVersion), policy \(report.policyVersion).")
            if let retryAt = report.retryAt { print(Self.waiting(report, until: retryAt)) }
            TextTable(
                ["cadre", "name", "rung", "level", "load", "removed by"],
                report.candidates.map { line in
                    [
                        line.cadre, line.name, line.rung, line.level.map { "\($0)" } ?? "-",
                        line.open.map { "\($0) of \(line.capacity ?? 0)" } ?? "-", line.removedBy ?? "nothing: chosen",
                    ]
                }
            ).print()
        }
    }

    private static func waiting(_ report: Report, until retryAt: String) -> String {
        let times = report.attempts == 1 ? "the first time" : "time \(report.attempts ?? 0)"
        let again = "That was \(times); it is decided again at \(retryAt), or when something changes."
        guard let atCapacity = report.atCapacity else { return again + " Whom it found at capacity was not kept." }
        if atCapacity.isEmpty { return again + " Nobody was at capacity then." }
        let more = report.atCapacityLeftOut.map { $0 > 0 ? " and \($0) more" : "" } ?? ""
        return again + " At capacity then: " + atCapacity.joined(separator: ", ") + more + "."
    }

    private func report(_ explained: ExplainedRouting) -> Report {
        let cadres = explained.register.cadres
        let explanation = explained.explanation
        return Report(
            requestID: "\(explained.status.id)", assignment: explained.assignment,
            winner: explanation.winner.map { cadres[$0]?.code ?? "\($0)" },
            waitingReason: explained.assignment == nil ? explained.status.reason?.word : nil,
            at: ISO8601.format(explanation.at), registerVersion: explanation.registerVersion,
            policyVersion: explanation.policyVersion, attempts: explained.wait?.attempts,
            retryAt: explained.wait.map { ISO8601.format($0.retryAt) },
            atCapacity: explained.wait?.grounds?.atCapacity.map { cadres[$0]?.code ?? "\($0)" },
            atCapacityLeftOut: explained.wait?.grounds?.atCapacityLeftOut,
            candidates: explanation.candidates.map { candidate in
                Line(
                    cadre: cadres[candidate.cadre]?.code ?? "\(candidate.cadre)",
                    name: cadres[candidate.cadre]?.name ?? "", rung: candidate.rung.word, level: candidate.level,
                    open: candidate.score?.open, capacity: candidate.score?.capacity,
                    removedBy: candidate.removedBy?.word)
            })
    }
}
