import Domain
import PostgresClient

/// How many open requests each cadre has: the last rows any transaction locks.
enum LoadStatements {
    /// Answers `(cadre_id, open)`; `cadres` ascending, the order in which they are locked.
    static func read(_ cadres: [Cadre.ID], locking: Bool) -> PostgresCall {
        let ids = PostgresParameter.int32s(cadres.map(\.rawValue))
        return locking
            ? PostgresCall(lock, [ids])
            : PostgresCall("select cadre_id, open from register.cadre_load where cadre_id = any($1)", [ids])
    }

    /// Locks, then changes: two calls. The second touches fewer rows than there are cadres when somebody would get more
    /// than fits; less is always allowed.
    static func add(_ counts: [Cadre.ID: Int32]) -> [PostgresCall] {
        let cadres = counts.keys.sorted()
        return [
            read(cadres, locking: true),
            PostgresCall(
                """
                update register.cadre_load l
                set open = l.open + n.count
                from (
                    select q.ctid as place, n.count
                    from unnest($1::int[], $2::int[]) as n (cadre_id, count)
                    cross join lateral (
                        select q.ctid
                        from register.cadre_load q
                        where q.cadre_id = n.cadre_id
                        offset 0) q) n
                where l.ctid = n.place and (n.count < 0 or l.open + n.count <= l.capacity)
                """, [.int32s(cadres.map(\.rawValue)), .int32s(cadres.map { counts[$0] ?? 0 })]),
        ]
    }

    #if FAILPOINTS
        /// A mistake made on purpose, in builds for debugging: what was looked at before is written without another look.
        static func addUnguarded(_ counts: [Cadre.ID: Int32]) -> PostgresCall {
            let cadres = counts.keys.sorted()
            return PostgresCall(
                """
                update register.cadre_load l
                set open = l.open + n.count
                from unnest($1::int[], $2::int[]) as n (cadre_id, count)
                where l.cadre_id = n.cadre_id
                """, [.int32s(cadres.map(\.rawValue)), .int32s(cadres.map { counts[$0] ?? 0 })])
        }
    #endif

    private static let lock: PostgresStatement = """
        select l.cadre_id, l.open
        from unnest($1::int[]) as n (cadre_id)
        cross join lateral (
            select q.cadre_id, q.open
            from register.cadre_load q
            where q.cadre_id = n.cadre_id
            for no key update) l
        """
}
