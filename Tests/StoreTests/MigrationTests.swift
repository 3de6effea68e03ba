import Foundation
import PostgresClient
import Testing

@testable import Store

struct MigrationTests {
    let files: SchemaFiles

    init() throws {
        files = try SchemaFiles.shipped()
    }

    @Test func `The version the workers expect is the number of the last file`() {
        #expect(SchemaVersion.current == files.migrations.last?.number)
    }

    @Test func `Migrating twice changes nothing the second time`() async throws {
        try await MigrationDatabase.with { database in
            let migrator = Migrator(pool: database.pool, files: files)
            let first = try await migrator.migrate()
            #expect(first.applied == files.migrations.map(\.name))
            #expect(first.madeViews)
            let second = try await migrator.migrate()
            #expect(second.isEmpty)
            try await database.pool.withConnection { try await SchemaVersion.check($0) }
        }
    }

    @Test func `Two migrators at once apply each migration once`() async throws {
        try await MigrationDatabase.with { database in
            let migrator = Migrator(pool: database.pool, files: files)
            async let one = migrator.migrate()
            async let other = migrator.migrate()
            let applied = try await [one, other].flatMap(\.applied)
            #expect(applied == files.migrations.map(\.name))
        }
    }

    @Test func `What is pending is told without touching the database`() async throws {
        try await MigrationDatabase.with { database in
            let migrator = Migrator(pool: database.pool, files: files)
            #expect(try await migrator.pending().applied == files.migrations.map(\.name))
            let found = try await database.pool.withConnection { try await SchemaVersion.ofDatabase($0) }
            #expect(found == 0)
            await #expect(throws: SchemaMismatch(expected: SchemaVersion.current, found: 0)) {
                try await database.pool.withConnection { try await SchemaVersion.check($0) }
            }
        }
    }

    @Test func `An applied file that was edited is refused by name`() async throws {
        try await MigrationDatabase.migrated { database in
            var migrations = files.migrations
            migrations[1] = SchemaFiles.File(name: migrations[1].name, sql: migrations[1].sql + "\n-- one more line\n")
            let edited = SchemaFiles(roles: files.roles, migrations: migrations, views: files.views)
            await #expect(throws: MigrationRefusal.changed(file: migrations[1].name)) {
                try await Migrator(pool: database.pool, files: edited).migrate()
            }
        }
    }

    @Test func `A database newer than the files is refused`() async throws {
        try await MigrationDatabase.migrated { database in
            let last = try #require(files.migrations.last)
            let older = SchemaFiles(roles: files.roles, migrations: files.migrations.dropLast(), views: files.views)
            await #expect(throws: MigrationRefusal.databaseIsNewer(number: last.number, name: last.name)) {
                try await Migrator(pool: database.pool, files: older).migrate()
            }
        }
    }

    @Test func `A migration that fails half way leaves nothing, and the next run ends it`() async throws {
        try await MigrationDatabase.migrated { database in
            let number = SchemaVersion.current + 1
            func with(_ sql: String) -> SchemaFiles {
                let more = SchemaFiles.File(name: "000\(number)_more.sql", sql: sql)
                return SchemaFiles(roles: files.roles, migrations: files.migrations + [more], views: files.views)
            }
            await #expect(throws: PostgresFailure.self) {
                try await Migrator(
                    pool: database.pool, files: with("create table tuesday.more (id int); select 1 / 0;")
                ).migrate()
            }
            #expect(try await database.texts("select coalesce(to_regclass('tuesday.more')::text, 'none')") == ["none"])
            #expect(try await database.texts("select viewname::text from pg_views where schemaname = 'report'").count > 5)
            let outcome = try await Migrator(pool: database.pool, files: with("create table tuesday.more (id int);"))
                .migrate()
            #expect(outcome.applied == ["000\(number)_more.sql"])
        }
    }

    @Test func `Changed views are made anew by themselves`() async throws {
        try await MigrationDatabase.migrated { database in
            let extra = SchemaFiles.File(name: "9999_extra.sql", sql: "create view report.extra as select 1 as one;")
            let changed = SchemaFiles(roles: files.roles, migrations: files.migrations, views: files.views + [extra])
            let outcome = try await Migrator(pool: database.pool, files: changed).migrate()
            #expect(outcome == Migrator.Outcome(applied: [], madeViews: true))
            #expect(try await Migrator(pool: database.pool, files: files).migrate().madeViews)
            #expect(try await database.texts("select viewname::text from pg_views where viewname = 'extra'").isEmpty)
        }
    }

    @Test func `A migrator waits for another only so long`() async throws {
        try await MigrationDatabase.with { database in
            let key: Int64 = 0x54_75_65_73_64_61_79_21
            try await database.pool.withConnection { holder in
                try await holder.execute(script: "select pg_advisory_lock(\(key))")
                await #expect(throws: MigrationRefusal.busy(seconds: 1)) {
                    try await Migrator(pool: database.pool, files: files, lockWait: .seconds(1)).migrate()
                }
                try await holder.execute(script: "select pg_advisory_unlock(\(key))")
            }
        }
    }

    @Test func `Everything belongs to the owner role, not to whoever migrated`() async throws {
        try await MigrationDatabase.migrated { database in
            let strangers = try await database.texts(
                """
                select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('register', 'tuesday', 'personal', 'report', 'clock')
                    and c.relkind in ('r', 'v') and pg_get_userbyid(c.relowner) <> 'tuesday_owner'
                """)
            #expect(strangers.isEmpty)
        }
    }

    @Test func `Every table, view and column of a view says what it is`() async throws {
        try await MigrationDatabase.migrated { database in
            let silent = try await database.texts(
                """
                select c.oid::regclass::text
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('register', 'tuesday', 'personal', 'report', 'clock') and c.relkind in ('r', 'v')
                    and obj_description(c.oid, 'pg_class') is null
                union all
                select c.oid::regclass::text || '.' || a.attname
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                where n.nspname = 'report' and c.relkind = 'v' and col_description(c.oid, a.attnum) is null
                order by 1
                """)
            #expect(silent == [])
        }
    }

    @Test func `An analyst may read every view and no resident's words`() async throws {
        try await MigrationDatabase.migrated { database in
            let unreadable = try await database.texts(
                """
                select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'report' and c.relkind = 'v'
                    and not has_table_privilege('tuesday_analyst', c.oid, 'select')
                """)
            #expect(unreadable == [])
            let personal = try await database.texts(
                "select has_schema_privilege('tuesday_analyst', 'personal', 'usage')::text")
            #expect(personal == ["false"])
        }
    }

    @Test func `The schema in one file is what the migrations make`() async throws {
        try await MigrationDatabase.migrated { database in
            let dumped = try await SchemaDump.of(database.conninfo)
            let file = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../Sources/Store/Schema/current.sql").standardizedFileURL
            if ProcessInfo.processInfo.environment["TUESDAY_REWRITE_SCHEMA"] != nil {
                try dumped.write(to: file, atomically: true, encoding: .utf8)
            }
            let written = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            // Compared beforehand: a failure would print both.
            let isSame = written == dumped
            #expect(
                isSame,
                "current.sql differs from the migrated schema; run this test with TUESDAY_REWRITE_SCHEMA=1 to write it")
        }
    }
}
