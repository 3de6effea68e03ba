import PostgresClient

/// Brings a database's schema up to the files, forward only.
///
/// Each migration and the row that records it commit together, so half a migration never stays. One advisory lock,
/// held for the whole run, keeps two migrators apart. Everything is made by and belongs to `tuesday_owner`; only
/// `roles.sql` runs as the user who connected. Running it again changes nothing.
///
/// After the migrations, the views of schema `report` are made anew when their files changed. A view somebody else
/// built on top of one makes that fail, naming the view; the old views then stay.
public struct Migrator: Sendable {
    /// What was done, or would be.
    public struct Outcome: Sendable, Hashable {
        /// Names of the migrations applied, in order.
        public var applied: [String]
        /// Whether the report views were made anew.
        public var madeViews: Bool
        public var isEmpty: Bool { applied.isEmpty && !madeViews }
    }

    private let pool: PostgresPool
    private let files: SchemaFiles
    private let lockWait: Duration

    /// `lockWait`: the longest to wait for another migrator, and for each lock a migration needs.
    public init(pool: PostgresPool, files: SchemaFiles, lockWait: Duration = .seconds(30)) {
        self.pool = pool
        self.files = files
        self.lockWait = lockWait
    }

    /// What ``migrate()`` would do now. Reads only; makes the same checks and throws the same refusals.
    public func pending() async throws -> Outcome {
        try await pool.withConnection { connection in
            try await pending(connection)
        }
    }

    /// Applies what is pending. Throws ``MigrationRefusal`` before changing anything, or the server's failure, with
    /// the failing migration rolled back and the earlier ones kept.
    @discardableResult
    public func migrate() async throws -> Outcome {
        try await pool.withConnection { connection in
            try await lock(connection)
            do {
                let outcome = try await migrate(connection)
                try await unlock(connection)
                return outcome
            } catch {
                // The first failure is the one to tell; a connection that cannot unlock ends, and its lock with it.
                try? await unlock(connection)
                throw error
            }
        }
    }

    private func migrate(_ connection: PostgresConnection) async throws -> Outcome {
        let outcome = try await pending(connection)
        guard !outcome.isEmpty else { return outcome }
        try await inTransaction(connection) {
            try await connection.execute(script: files.roles.sql)
        }
        for file in files.migrations where outcome.applied.contains(file.name) {
            try await inTransaction(connection) {
                try await connection.execute(script: "set local role tuesday_owner")
                if file.name == outcome.applied.first {
                    // A view would keep the migration from changing the tables it reads. Should a later step fail,
                    // the emptied checksum makes the next run build the views.
                    try await connection.execute(script: Self.dropViews)
                    try await record(0, "views", "", on: connection)
                }
                try await connection.execute(script: file.sql)
                try await record(file.number, file.name, file.checksum, on: connection)
            }
        }
        if outcome.madeViews {
            try await inTransaction(connection) {
                try await connection.execute(script: "set local role tuesday_owner")
                try await connection.execute(script: Self.dropViews)
                for file in files.views { try await connection.execute(script: file.sql) }
                try await record(0, "views", files.viewsChecksum, on: connection)
            }
        }
        return outcome
    }

    private func pending(_ connection: PostgresConnection) async throws -> Outcome {
        let applied = try await applied(connection)
        for (number, row) in applied.sorted(by: { $0.key < $1.key }) where number > 0 {
            guard let file = files.migrations.first(where: { $0.number == number }) else {
                throw MigrationRefusal.databaseIsNewer(number: number, name: row.name)
            }
            if file.checksum != row.checksum { throw MigrationRefusal.changed(file: file.name) }
        }
        let names = files.migrations.filter { applied[$0.number] == nil }.map(\.name)
        return Outcome(applied: names, madeViews: !names.isEmpty || applied[0]?.checksum != files.viewsChecksum)
    }

    private func applied(_ connection: PostgresConnection) async throws -> [Int32: (name: String, checksum: String)] {
        let bookkeeping = try await connection.query(
            PostgresStatement(unprepared: "select to_regclass('public.tuesday_migration') is not null"))
        guard try bookkeeping.first?.bool(0) == true else { return [:] }
        let rows = try await connection.query(
            PostgresStatement(unprepared: "select number, name, checksum from public.tuesday_migration"))
        var applied: [Int32: (name: String, checksum: String)] = [:]
        for row in rows { applied[try row.int32(0)] = (try row.string(1), try row.string(2)) }
        return applied
    }

    private func record(
        _ number: Int32, _ name: String, _ checksum: String, on connection: PostgresConnection
    ) async throws {
        _ = try await connection.query(
            PostgresStatement(
                unprepared: """
                    insert into public.tuesday_migration (number, name, checksum)
                    values ($1, $2, $3)
                    on conflict (number) do update
                    set checksum = excluded.checksum, applied_at = clock_timestamp()
                    """),
            [.int32(number), .text(name), .text(checksum)])
    }

    /// All in one statement, so that views built on one another go together; without `cascade`, so that a view
    /// somebody else built on top stops the change instead of vanishing.
    private static let dropViews = """
        do $$
        declare
            views text;
        begin
            select string_agg(format('report.%I', v.viewname), ', ') into views
            from pg_views v
            where v.schemaname = 'report' and v.viewowner = 'tuesday_owner';
            if views is not null then
                execute 'drop view ' || views;
            end if;
        end
        $$
        """

    /// "Tuesday!" in ASCII: the advisory lock's key.
    private static let lockKey: Int64 = 0x54_75_65_73_64_61_79_21

    private func lock(_ connection: PostgresConnection) async throws {
        let milliseconds = lockWait.components.seconds * 1000
        try await connection.execute(script: "set lock_timeout = \(milliseconds)")
        do {
            try await connection.execute(script: "select pg_advisory_lock(\(Self.lockKey))")
        } catch let failure as PostgresFailure where failure.kind == .lockTimeout {
            throw MigrationRefusal.busy(seconds: lockWait.components.seconds)
        }
    }

    private func unlock(_ connection: PostgresConnection) async throws {
        try await connection.execute(script: "select pg_advisory_unlock(\(Self.lockKey)); reset lock_timeout")
    }

    /// Not the pool's own transaction: that may run on another connection than the one holding the lock.
    private func inTransaction(_ connection: PostgresConnection, _ body: () async throws -> Void) async throws {
        try await connection.execute(script: "begin")
        do {
            try await body()
            try await connection.execute(script: "commit")
        } catch {
            // The body's failure is the one to tell; a connection that cannot roll back ends, which rolls back too.
            try? await connection.execute(script: "rollback")
            throw error
        }
    }
}
