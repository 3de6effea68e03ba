/// What the workers made of what they read, table by table.
enum Effects {
    /// Where they keep what they have read and written, and not what came of it.
    private static let progress = ["tuesday.lane", "tuesday.log", "tuesday.routing_sweep"]

    /// By table what may change though nothing happened: a record is a reason to decide anew on a request that waits, and then
    /// to look again later. What was decided may not.
    private static let looks = ["tuesday.waiting": ["decided_at", "retry_at", "attempts", "register_version"]]

    /// By table which rows count: that of a request that was withdrawn while it waited goes when the router next looks at it.
    private static let present = [
        "tuesday.waiting": "where exists (select from tuesday.request r where r.id = t.request_id and r.state = 1)"
    ]

    /// By table a digest of all its rows.
    static func digests(_ installation: Installation) async throws -> [String: String] {
        let tables = try await installation.texts(
            """
            select format('%I.%I', n.nspname, c.relname)
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('tuesday', 'personal', 'register') and c.relkind in ('r', 'p') and not c.relispartition
            """)
        var digests: [String: String] = [:]
        for table in tables where !progress.contains(table) {
            let left = (looks[table] ?? []).joined(separator: ",")
            digests[table] = try await installation.texts(
                """
                select coalesce(md5(string_agg(row::text, '|' order by row::text)), '')
                from (select to_jsonb(t) - '{\(left)}'::text[] as row from \(table) t \(present[table] ?? "")) rows
                """)[0]
        }
        return digests
    }
}
