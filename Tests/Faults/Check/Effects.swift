/// What the workers made of what they read, table by table.
enum Effects {
    /// Where they keep what they have read and written, and not what came of it.
    private static let progress = ["lane", "log", "routing_sweep"]

    /// When waiting requests were last decided, and will be again: a record is a reason to look at one anew.
    private static let looks = ["decided_at", "retry_at", "attempts", "register_version"]

    /// By table a digest of all its rows.
    static func digests(_ installation: Installation) async throws -> [String: String] {
        let tables = try await installation.texts(
            """
            select format('%I.%I', n.nspname, c.relname)
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('tuesday', 'personal', 'register') and c.relkind in ('r', 'p') and not c.relispartition
              and c.relname <> all('{\(progress.joined(separator: ","))}')
            """)
        var digests: [String: String] = [:]
        for table in tables {
            digests[table] = try await installation.texts(
                """
                select coalesce(md5(string_agg(row::text, '|' order by row::text)), '')
                from (select to_jsonb(t) - '{\(looks.joined(separator: ","))}'::text[] as row from \(table) t) rows
                """)[0]
        }
        return digests
    }
}
