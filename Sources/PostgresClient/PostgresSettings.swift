/// Where a pool connects and how long it is willing to wait.
///
/// Everything that libpq understands is honoured: what `conninfo` leaves out comes from libpq's own environment
/// (`PGHOST`, `PGSERVICE`, `PGPASSFILE`, `PGSSLMODE`, ...), and an empty `conninfo` means the environment alone. Where
/// neither says how a dead host is noticed, ``LivenessProbes`` does.
public struct PostgresSettings: Sendable {
    /// A libpq connection string, `key=value` pairs or a `postgresql://` URI; may be empty.
    public var conninfo: String = ""
    /// Shown in `pg_stat_activity.application_name`; wins over the connection string's.
    public var applicationName: String?
    /// The most connections the pool ever holds open at once, those being opened included.
    public var maximumConnections = 8
    /// The longest that opening one connection may take, all hosts of the connection string together.
    public var connectTimeout: Duration = .seconds(5)
    /// The longest a caller waits for a connection to become free before it gets `.unavailable`.
    public var acquireTimeout: Duration = .seconds(10)
    /// The most callers that wait for a connection at a time; one more gets `.unavailable` at once.
    public var maximumWaiting = 256
    /// Set as the session's `statement_timeout`. The client also stops waiting, five seconds later, when the server
    /// itself has stopped answering.
    public var statementTimeout: Duration?
    /// The longest that a commit or rollback sent by `PostgresPool.transaction` may stay unanswered.
    public var commitTimeout: Duration = .seconds(60)
    /// Settings made on each new connection, such as `["search_path": "tuesday"]`; values are bound, not spliced.
    public var sessionSettings: [String: String] = [:]

    /// Settings with the defaults above.
    public init(conninfo: String = "", applicationName: String? = nil, maximumConnections: Int = 8) {
        self.conninfo = conninfo
        self.applicationName = applicationName
        self.maximumConnections = maximumConnections
    }
}

/// Something a pool has to say that no caller is waiting for: a server's notice, a connection opened or lost.
public struct PostgresLogLine: Sendable {
    /// How much it matters.
    public enum Level: Sendable { case debug, notice, warning }

    /// How much it matters.
    public let level: Level
    /// One sentence, without row data of its own; a server's notice is quoted as it came.
    public let message: String
    /// The SQLSTATE of a server's notice.
    public let sqlState: String?
}
