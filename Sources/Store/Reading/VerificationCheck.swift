import Contracts
import PostgresClient

/// One rule and the query that finds what breaks it, each row a sentence.
struct VerificationCheck: Sendable {
    let name: String
    /// With ``group``, may use ``mark`` and so the parameters of ``call(_:)``.
    let sql: String
    /// Whose work the rule is about: it can be looked at when the group has read everything up to the marks. Nil: it holds
    /// at every moment.
    var group: ConsumerGroup?

    init(name: String, of group: ConsumerGroup? = nil, sql: String) {
        self.name = name
        self.sql = sql
        self.group = group
    }

    /// Why the rule cannot be looked at; nil when it can.
    func obstacle(_ marks: ReadMarks?) -> String? {
        guard let group else { return nil }
        guard let marks else { return "it is not known how far \(group.rawValue) has read" }
        return marks.behind[group].map { "\(group.rawValue) \($0)" }
    }

    func call(_ marks: ReadMarks?) -> PostgresCall {
        let statement = PostgresStatement(unprepared: "\(sql)\nlimit \(Verification.limit)")
        guard group != nil else { return PostgresCall(statement) }
        let published = (marks?.published ?? [:]).sorted { $0.key < $1.key }
        return PostgresCall(statement, [.int32s(published.map(\.key)), .int64s(published.map(\.value))])
    }

    /// What was published up to the marks, as `m (lane_id, through)`.
    static let mark = "unnest($1::int[], $2::bigint[]) as m (lane_id, through)"
}
