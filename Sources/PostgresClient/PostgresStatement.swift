/// The text of one statement, with `$1`, `$2`, ... for its parameters.
///
/// A literal is prepared: the first use on a connection sends the preparation in the same round trip, later ones send
/// only the parameters. Prepared statements are per connection and bounded (1000); past that, text is sent each time.
public struct PostgresStatement: ExpressibleByStringLiteral, Sendable, Hashable {
    /// The SQL.
    public let sql: String
    /// Whether the text is kept by the server under a name.
    public let isPrepared: Bool
    /// Whether it ends a transaction by committing, so that losing its answer leaves the outcome unknown.
    let isCommit: Bool

    /// A prepared statement.
    public init(_ sql: String) {
        self.init(sql, isPrepared: true)
    }

    /// A prepared statement.
    public init(stringLiteral sql: String) {
        self.init(sql, isPrepared: true)
    }

    /// A statement sent as text each time: for text made up at run time, and for what runs once.
    public init(unprepared sql: String) {
        self.init(sql, isPrepared: false)
    }

    private init(_ sql: String, isPrepared: Bool) {
        self.sql = sql
        self.isPrepared = isPrepared
        let word = sql.utf8.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
            .prefix { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
            .prefix(7).map { $0 | 0x20 }
        isCommit = word == Array("commit".utf8) || word == Array("end".utf8)
    }
}

/// One statement of a pipeline with its parameters.
public struct PostgresCall: Sendable {
    /// What to run.
    public var statement: PostgresStatement
    /// The values of `$1`, `$2`, ...
    public var parameters: [PostgresParameter]

    /// One statement of a pipeline.
    public init(_ statement: PostgresStatement, _ parameters: [PostgresParameter] = []) {
        self.statement = statement
        self.parameters = parameters
    }
}
