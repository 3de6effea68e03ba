import Domain
import PostgresClient

/// Looks, without changing anything, whether the database holds what the code promises.
///
/// All rules see one snapshot, beside working lanes, and none of them blames a system for being at work. They read whole
/// tables, a query each, and PostgreSQL keeps to its `work_mem`; here there are never more than ``limit`` sentences of a
/// rule. The hot tables have no foreign keys; these checks stand in for them.
public struct Verification: Sendable {
    /// How many violations of one rule are named.
    public static let limit = 20

    /// What became of one rule.
    public struct Finding: Sendable {
        public var rule: String
        /// Sentences with ids, at most ``Verification/limit``.
        public var violations: [String]
        /// Why nobody looked; nil when somebody did.
        public var obstacle: String?

        public init(rule: String, violations: [String] = [], obstacle: String? = nil) {
            self.rule = rule
            self.violations = violations
            self.obstacle = obstacle
        }

        /// Each with the rule it breaks.
        public var sentences: [String] { violations.map { "\(rule): \($0)" } }
    }

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// All rules, in order of the checks.
    ///
    /// - Parameters:
    ///   - marks: without them nobody can say that a group left work undone; those rules are not looked at.
    ///   - progress: called with the name of each check before it runs.
    public func findings(_ marks: ReadMarks? = nil, progress: (String) -> Void = { _ in }) async throws -> [Finding] {
        try await pool.transaction(.snapshot) { connection in
            var findings: [Finding] = []
            for check in VerificationChecks.all {
                if let obstacle = check.obstacle(marks) {
                    findings.append(Finding(rule: check.name, obstacle: obstacle))
                    continue
                }
                progress(check.name)
                let rows = try await connection.pipeline([check.call(marks)])[0]
                findings.append(Finding(rule: check.name, violations: try rows.map { try $0.string(0) }))
            }
            return findings
        }
    }

    /// What breaks the rules that can be looked at; empty when all is well.
    public func violations(_ marks: ReadMarks? = nil, progress: (String) -> Void = { _ in }) async throws -> [String] {
        try await findings(marks, progress: progress).flatMap(\.sentences)
    }
}
