import ArgumentParser
import Contracts
import Foundation
import Store
import Workflow

/// `tuesday deadletters show`.
struct ShowDeadLetterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a dead letter: where it stood, why, how often, and what waits for it.",
        discussion: """
            A submission's value holds what a resident wrote, perhaps a name and a phone. It is printed only with --value, \
            which leaves a row in personal.access: who read it, when and what for.
            """)

    @Argument(help: "The letter's id, such as 12-345.")
    var id: DeadLetterID

    @Flag(help: "Print the record's value as well, in the clear.")
    var value = false

    @Option(help: "What the value is read for, kept with --value.")
    var purpose = "to settle the dead letter"

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await CommandOutput.withPool("deadletters show") { pool in
            let reader = DeadLetterReader(pool: pool)
            guard let letter = try await reader.letter(id) else {
                CommandOutput.say("There is no dead letter \(id).")
                throw ExitCode(65)
            }
            let bytes = value ? try await reader.valueInTheClear(id, purpose: purpose) : nil
            if json {
                var report = DeadLetterReport(letter)
                if let bytes {
                    report.value = String(validating: bytes, as: UTF8.self)
                    if report.value == nil { report.valueBase64 = Data(bytes).base64EncodedString() }
                }
                return try CommandOutput.printJSON(report)
            }
            TextTable(["letter", "\(letter.id)"], lines(letter)).print()
            if !letter.headers.isEmpty {
                print()
                TextTable(["header", "value"], letter.headers.map { [$0.name, $0.value] }).print()
            }
            if let bytes {
                print()
                FileHandle.standardOutput.write(Data(bytes + [UInt8(ascii: "\n")]))
            }
        }
    }

    private func lines(_ letter: DeadLetter) -> [[String]] {
        var lines = [
            ["state", letter.state.rawValue],
            ["at", ISO8601.format(letter.at)],
            ["group", letter.origin.group],
            ["record", "\(letter.origin.topic)/\(letter.origin.partition) at offset \(letter.offset)"],
            ["key", letter.key.map { String(decoding: $0, as: UTF8.self) } ?? "none"],
            ["value", letter.valueByteCount.map { "\($0) bytes" } ?? "a tombstone"],
            ["reason", letter.reason],
            ["detail", letter.detail],
            ["attempts", "\(letter.attempts)"],
        ]
        if let problem = letter.replayProblem { lines.append(["last replay", problem]) }
        if let request = letter.request {
            lines.append(["request", "\(request)"])
            lines.append([
                "parked",
                letter.parkedSince.map { "since \(ISO8601.format($0)): \(letter.origin.group) leaves its records alone" } ?? "no",
            ])
        }
        if let settled = letter.settled {
            lines.append(["settled", "\(ISO8601.format(settled.at)) by \(settled.by)"])
            if let because = settled.because { lines.append(["because", because]) }
        }
        return lines
    }
}
