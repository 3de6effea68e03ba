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
            name: "repair", reason: "looks at every request and its deadlines once, after a topic was lost",
            calls: [RepairTransactions.repeatAll, RepairTransactions.repeatUnapplied].map {
                PostgresCall($0, [.int32(1), .int64(0), .timestamp(microseconds: 0), .text("a")])
            }),
        ScanException(
            name: "verify", reason: "stands in for the foreign keys of all rows; an operator starts it",
            calls: VerificationChecks.all.map { $0.call(nil) }),
        ScanException(
            name: "waiting", reason: "counts all that wait: whoever is served is not among them any more",
            calls: [PostgresCall(MeasurementReader.waiting)]),
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
