/// Why a call to PostgreSQL did not succeed.
///
/// `description` is safe to log: it carries the server's primary message, the SQLSTATE and the constraint's name, never
/// the values of a row. What may hold values (DETAIL, CONTEXT, the input that class 22 quotes) is only in
/// `String(reflecting:)`.
public struct PostgresFailure: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What a caller can do about a failure.
    public enum Kind: Sendable, Hashable {
        /// The server cannot be reached, is stopping, is out of resources, no connection became free in time, or too
        /// many callers wait for one (SQLSTATE 08, 53, 57P0x, and every error that ended the connection). Wait and try again.
        case unavailable
        /// 40001: run the transaction again.
        case serialization
        /// 40P01: run the transaction again.
        case deadlock
        /// 23505; `constraint` names which.
        case uniqueViolation
        /// Any other violated constraint, class 23.
        case constraint
        /// 55P03: a lock was not granted within `lock_timeout`, or at once with `nowait`.
        case lockTimeout
        /// 57014, or the server stayed silent past the client's own deadline.
        case statementTimeout
        /// The connection was lost, or the server ended it, after COMMIT was sent and before it was answered: the
        /// transaction is committed or is not. Look before doing it again.
        case ambiguousCommit
        /// A value was not of the type asked for, or null where none was expected.
        case decode
        /// Class 42: the statement is wrong, names what does not exist, or is not permitted.
        case syntaxOrAccess
        /// None of the above.
        case other
    }

    /// What a caller can do about it.
    public let kind: Kind
    /// The server's five characters; nil when the failure arose on this side.
    public let sqlState: String?
    /// The violated constraint's name, or the unique index's.
    public let constraint: String?
    /// The server's primary message or a sentence of this module; no row data.
    public let message: String
    /// Where in a pipeline it happened, counted from 0 over the calls given; nil outside a pipeline of several calls.
    public let statementIndex: Int?
    /// DETAIL, HINT, CONTEXT and quoted input; may hold row data, so never log it.
    let privateDetail: String?

    /// A failure, from the server or made up by a test's fake.
    public init(
        _ kind: Kind, _ message: String, sqlState: String? = nil, constraint: String? = nil, statementIndex: Int? = nil
    ) {
        self.init(
            kind: kind, message: message, sqlState: sqlState, constraint: constraint, statementIndex: statementIndex,
            privateDetail: nil)
    }

    init(
        kind: Kind, message: String, sqlState: String?, constraint: String?, statementIndex: Int?,
        privateDetail: String?
    ) {
        self.kind = kind
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.statementIndex = statementIndex
        self.privateDetail = privateDetail
    }

    /// Whether the same work, begun afresh, may succeed. False for `.ambiguousCommit`: the work may be done already.
    public var isRetriable: Bool {
        switch kind {
        case .unavailable, .serialization, .deadlock, .lockTimeout: true
        default: false
        }
    }

    /// One line without row data.
    public var description: String {
        var facts = ["\(kind)"]
        if let sqlState { facts.append("SQLSTATE \(sqlState)") }
        if let constraint { facts.append("constraint \(constraint)") }
        if let statementIndex { facts.append("statement \(statementIndex) of the pipeline") }
        return "PostgreSQL: \(message) (\(facts.joined(separator: ", ")))"
    }

    /// Everything the server said, row data included. For a developer's screen, not for a log.
    public var debugDescription: String {
        guard let privateDetail else { return description }
        return description + "\n" + privateDetail
    }

    /// The same failure, at a place in a pipeline.
    func at(statement index: Int?) -> PostgresFailure {
        PostgresFailure(
            kind: kind, message: message, sqlState: sqlState, constraint: constraint, statementIndex: index,
            privateDetail: privateDetail)
    }

    /// The same failure, with COMMIT's outcome unknown because of it.
    var leavingCommitUnknown: PostgresFailure {
        PostgresFailure(
            kind: .ambiguousCommit,
            message: "the connection ended after commit was sent and before its answer (\(message)); look before retrying",
            sqlState: sqlState, constraint: nil, statementIndex: statementIndex, privateDetail: privateDetail)
    }
}
