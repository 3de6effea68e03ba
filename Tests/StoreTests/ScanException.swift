import PostgresClient
import Workflow

@testable import Store

/// What may read a hot table from end to end, and why.
struct ScanException {
    let name: String
    let reason: String
    let calls: [PostgresCall]

    static let all = [
        ScanException(
            name: "recompute", reason: "counts every event anew, to compare with every figure; an operator starts it",
            calls: [PostgresCall(PostgresStatement(unprepared: StatisticsRecompute.counted))]
                + RollUp.allCases.map { PostgresCall(StatisticsRecompute.sums($0)) }),
        ScanException(
            name: "rebuild", reason: "looks at every request and its deadlines once, after a Kafka cluster was lost",
            calls: [PostgresCall(RebuildStatements.unread, [.uuid(0), .int64(500)])]),
        ScanException(
            name: "verify", reason: "stands in for the foreign keys of all rows; an operator starts it",
            calls: VerificationChecks.all.map { PostgresCall(PostgresStatement(unprepared: $0.sql)) }),
        ScanException(
            name: "totals", reason: "sums since the beginning are sums of every row; figures grow with hours, not requests",
            calls: [PostgresCall(RequestStatements.liveFigures)]
                + ReportLevel.allCases.map { PostgresCall(ReportReader.sinceTheBeginning($0)) }),
        ScanException(
            name: "settled letters", reason: "an operator looks back now and then; only open letters are asked for often",
            calls: [
                DeadLetterReader.matching(.init(state: nil), limit: 100),
                DeadLetterReader.matching(.init(state: .discarded), limit: 100),
            ]),
    ]
}
