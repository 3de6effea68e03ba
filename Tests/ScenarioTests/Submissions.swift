import Contracts
import Domain
import Foundation
import KafkaClient
import TestSupport

/// What the scenarios put on the submissions topic.
enum Submissions {
    static func invented(_ count: Int, channel: String) -> [Submission] {
        (0..<count).map { number in
            Submission(
                channel: channel, sourceID: "\(channel)-\(number)", village: TestCounty.roomy.village(of: "place \(number * 7919)"),
                service: TestCounty.roomy.services[number % 5 == 0 ? 1 : 0], subject: "诉求\(number)",
                description: "村里的路灯坏了，请派人来看一看。编号\(number)", name: "张三", phone: "13800000000")
        }
    }

    /// The messages of the folder that `TUESDAY_REAL_DATA` names; none without it.
    static func real() throws -> [Submission] {
        guard let folder = ProcessInfo.processInfo.environment["TUESDAY_REAL_DATA"], !folder.isEmpty else { return [] }
        return try ["messages", "answered"].flatMap { file in
            let rows = CSV.rows(try String(contentsOfFile: "\(folder)/\(file).csv", encoding: .utf8))
            return rows.map { row in
                Submission(
                    channel: "real-\(file)", sourceID: row["external_id"], village: TestCounty.roomy.village(of: row["place"] ?? ""),
                    service: "general", subject: row["subject"] ?? "", description: row["description"] ?? "",
                    account: row["account"], submittedAt: row["submitted_at"].flatMap { ISO8601.parse($0.utf8) })
            }
        }
    }

    static func messages(_ submissions: [Submission]) -> [KafkaMessage] {
        submissions.map { submission in
            let key = "\(submission.channel)/\(submission.sourceID ?? "")"
            return KafkaMessage(
                topic: Topic.submissions.rawValue, key: Array(key.utf8), value: SubmissionRecord.body(of: submission),
                headers: [
                    KafkaHeader("ce_specversion", "1.0"), KafkaHeader("ce_id", key), KafkaHeader("ce_source", "/scenario"),
                    KafkaHeader("ce_type", SubmissionRecord.type), KafkaHeader("content-type", "application/json"),
                ])
        }
    }
}

extension Scenario {
    /// Returns when the broker has them all.
    func send(_ submissions: [Submission]) async throws {
        for delivery in try await producer.send(Submissions.messages(submissions)) {
            if case .failed(let error) = delivery { throw error }
        }
    }
}

/// RFC 4180: quoted cells may hold commas, quotes doubled and line ends.
enum CSV {
    /// A dictionary a row, by the names in the first line.
    static func rows(_ text: String) -> [[String: String]] {
        var lines: [[String]] = []
        var (line, cell): ([String], String) = ([], "")
        var isQuoted = false
        var rest = text.unicodeScalars[...]
        if rest.first == "\u{FEFF}" { rest.removeFirst() }
        while let scalar = rest.popFirst() {
            switch (scalar, isQuoted) {
            case ("\"", true) where rest.first == "\"":
                rest.removeFirst()
                cell.unicodeScalars.append("\"")
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                line.append(cell)
                cell = ""
            case ("\n", false):
                line.append(cell)
                lines.append(line)
                (line, cell) = ([], "")
            case ("\r", false): break
            default: cell.unicodeScalars.append(scalar)
            }
        }
        if !line.isEmpty || !cell.isEmpty { lines.append(line + [cell]) }
        guard let names = lines.first else { return [] }
        return lines.dropFirst().map { Dictionary(zip(names, $0)) { first, _ in first } }
    }
}
