import Contracts
import Domain
import Failpoints
import PostgresClient
import Workflow

/// The lanes' rows in PostgreSQL.
public struct LaneStore: LaneKeeping {
    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func log(cluster: String, incarnation: String) async throws -> (id: Int32, needsRebuild: Bool) {
        try await withLaneFaults {
            try await pool.transaction { connection in
                let results = try await connection.pipeline([
                    PostgresCall(
                        """
                        insert into tuesday.log (cluster_id, incarnation, rebuilt_at)
                        select $1, $2, case when not exists (select from tuesday.event) then clock_timestamp() end
                        where not exists (select from tuesday.log where cluster_id = $1 and incarnation = $2)
                        on conflict do nothing
                        """, [.text(cluster), .text(incarnation)]),
                    PostgresCall(
                        "select id, rebuilt_at is null from tuesday.log where cluster_id = $1 and incarnation = $2",
                        [.text(cluster), .text(incarnation)]),
                ])
                let row = results[1][0]
                return (try row.int32(0), try row.bool(1))
            }
        }
    }

    public func claim(
        log: Int32, group: String, topic: String, partition: Int32, owner: String
    ) async throws -> LaneTicket {
        let key: [PostgresParameter] = [.int32(log), .text(group), .text(topic), .int32(partition)]
        failpoint("lane.before-claim")
        let claimed = try await withLaneFaults {
            do { return try await claimOnce(key, owner) } catch let failure as PostgresFailure
                where failure.kind == .lockTimeout
            {
                // A stopped process in mid-transaction holds the lock for ever otherwise: end its backend, then wait.
                if !isPlanted("blocker-spared") { try await terminateBlockers(of: key) }
                return try await claimOnce(key, owner)
            }
        }
        failpoint("lane.claimed")
        return claimed
    }

    /// Committed in the one round trip: a worker stopped in the midst of it must not hold the row, since nothing would say
    /// that the backend is its.
    private func claimOnce(_ key: [PostgresParameter], _ owner: String) async throws -> LaneTicket {
        try await pool.transaction(retry: .never) { connection in
            let results = try await connection.pipeline([
                PostgresCall("set local lock_timeout = '2s'"),
                PostgresCall(
                    """
                    insert into tuesday.lane (log_id, consumer_group, topic, partition, epoch)
                    select $1, $2, $3, $4, 0
                    where not exists (
                        select
                        from tuesday.lane
                        where log_id = $1 and consumer_group = $2 and topic = $3 and partition = $4 and partition >= 0)
                    on conflict do nothing
                    """, key),
                PostgresCall(
                    """
                    update tuesday.lane
                    set epoch = epoch + 1,
                        owner = $5,
                        lease_until = clock_timestamp() + interval '15 seconds'
                    where log_id = $1 and consumer_group = $2 and topic = $3 and partition = $4 and partition >= 0
                    returning id, epoch, next_offset, last_ce_id, lane_seq, published_through, claims_since_progress,
                        anchor_offset, anchor_ce_id
                    """, key + [.text(owner)]),
                PostgresCall("commit"),
            ])
            let row = results[2][0]
            let (next, last, anchor) = (try row.int64(2), try row.optionalString(3), try LaneAnchor(row, 7, 8))
            return LaneTicket(
                lane: try row.int32(0), epoch: try row.int64(1), nextOffset: next, lastIdentity: last,
                laneSeq: try row.int64(4), publishedThrough: try row.int64(5), claimsSinceProgress: try row.int32(6),
                anchor: anchor, isNew: next == 0 && last == nil && anchor == nil)
        }
    }

    private func terminateBlockers(of key: [PostgresParameter]) async throws {
        _ = try await pool.withConnection { connection in
            // Every lane's transaction holds this advisory lock beside the row's: it tells whose backend it is. Others' backends
            // a role may not end, and to ask for it would be an error.
            try await connection.query(
                """
                select pg_terminate_backend(l.pid)
                from tuesday.lane n
                join pg_locks l on l.locktype = 'advisory' and l.classid = 7215 and l.objid = n.id::oid
                join pg_stat_activity a on a.pid = l.pid and pg_has_role(current_user, a.usesysid, 'member')
                where n.log_id = $1 and n.consumer_group = $2 and n.topic = $3 and n.partition = $4
                  and n.partition >= 0
                  and l.granted
                  and l.database = (select d.oid from pg_database d where d.datname = current_database())
                  and l.pid <> pg_backend_pid()
                """, key)
        }
    }

    public func borrow(pool name: String, owner: String) async throws -> LaneTicket {
        let borrowed = try await withLaneFaults {
            try await pool.withConnection { connection in
                if let free = try await Self.takeFree(name, owner, on: connection) { return free }
                let made = try await connection.query(
                    """
                    insert into tuesday.lane (consumer_group, epoch, owner, lease_until)
                    values ($1, 1, $2, clock_timestamp() + interval '15 seconds')
                    returning id, epoch, lane_seq, published_through
                    """, [.text(name), .text(owner)])
                return try Self.poolTicket(made[0])
            }
        }
        failpoint("lane.borrowed")
        return borrowed
    }

    /// As ``borrow(pool:owner:)``, but makes no lane where none is free.
    public func take(pool name: String, owner: String) async throws -> LaneTicket? {
        try await withLaneFaults {
            try await pool.withConnection { try await Self.takeFree(name, owner, on: $0) }
        }
    }

    private static func takeFree(
        _ name: String, _ owner: String, on connection: PostgresConnection
    ) async throws -> LaneTicket? {
        try await connection.query(
            """
            update tuesday.lane
            set epoch = epoch + 1,
                owner = $2,
                lease_until = clock_timestamp() + interval '15 seconds'
            where id = (
                select l.id
                from tuesday.lane l
                where l.consumer_group = $1 and l.partition < 0 and l.lease_until < clock_timestamp()
                order by l.id
                limit 1
                for no key update skip locked)
            returning id, epoch, lane_seq, published_through
            """, [.text(name), .text(owner)]
        ).first.map(poolTicket)
    }

    /// The pool of one lane through which the register's imports tell what changed; see ``DirectoryWriting``.
    public static let registerPool = "tuesday/register"

    public func adopt(owner: String) async throws -> LaneTicket? {
        try await adopt(owner: owner, pool: nil)
    }

    /// As ``adopt(owner:)``, but only a lane of this pool.
    public func adopt(owner: String, pool name: String?) async throws -> LaneTicket? {
        let adopted = try await withLaneFaults {
            try await pool.withConnection { connection in
                let found = try await connection.query(
                    """
                    update tuesday.lane
                    set epoch = epoch + 1,
                        owner = $1,
                        lease_until = clock_timestamp() + interval '15 seconds'
                    where id = (
                        select l.id
                        from tuesday.lane l
                        where l.lease_until < clock_timestamp() and l.published_through < l.lane_seq
                          and ($2::text is null or (l.consumer_group = $2 and l.partition < 0))
                        order by l.lease_until, l.id
                        limit 1
                        for no key update skip locked)
                    returning id, epoch, lane_seq, published_through
                    """, [.text(owner), .text(name)])
                return try found.first.map(Self.poolTicket)
            }
        }
        if adopted != nil { failpoint("lane.adopted") }
        return adopted
    }

    private static func poolTicket(_ row: PostgresRow) throws -> LaneTicket {
        LaneTicket(
            lane: try row.int32(0), epoch: try row.int64(1), laneSeq: try row.int64(2),
            publishedThrough: try row.int64(3))
    }

    public func resume(_ ticket: LaneTicket) async throws -> LaneTicket {
        let resumed = try await withLaneFaults {
            // Waits for the lock and lets it go in one statement.
            try await pool.withConnection { connection in
                let rows = try await connection.query(
                    """
                    select next_offset, last_ce_id, lane_seq, published_through
                    from tuesday.lane
                    where id = $1 and epoch = $2
                    for no key update
                    """, [.int32(ticket.lane), .int64(ticket.epoch)])
                guard let row = rows.first else { throw LaneFault.fenced }
                var found = ticket
                found.nextOffset = try row.int64(0)
                found.lastIdentity = try row.optionalString(1)
                found.laneSeq = try row.int64(2)
                found.publishedThrough = try row.int64(3)
                return found
            }
        }
        failpoint("lane.resumed")
        return resumed
    }

    public func recordAttempt(_ ticket: LaneTicket, adding attempts: Int32) async throws {
        let isOurs = try await withLaneFaults {
            try await pool.withConnection { connection in
                try await connection.query(
                    """
                    update tuesday.lane
                    set claims_since_progress = claims_since_progress + $3
                    where id = $1 and epoch = $2
                    """, [.int32(ticket.lane), .int64(ticket.epoch), .int32(attempts)]
                ).affected == 1
            }
        }
        guard isOurs else { throw LaneFault.fenced }
        failpoint("lane.attempt-recorded")
    }

    public func withdrawAttempt(_ ticket: LaneTicket) async throws {
        try await withLaneFaults {
            try await pool.withConnection { connection in
                try await connection.query(
                    """
                    update tuesday.lane
                    set claims_since_progress = claims_since_progress - 1
                    where id = $1 and next_offset = $2
                      and claims_since_progress > case when epoch = $3 then $4 else 0 end
                    """,
                    [
                        .int32(ticket.lane), .int64(ticket.nextOffset), .int64(ticket.epoch),
                        .int32(ticket.claimsSinceProgress),
                    ])
            }
        }
    }

    public func recordAnchor(_ anchor: LaneAnchor, of ticket: LaneTicket) async throws -> Bool {
        try await withLaneFaults {
            try await pool.withConnection { connection in
                try await connection.query(
                    """
                    update tuesday.lane
                    set anchor_offset = $3,
                        anchor_ce_id = $4
                    where id = $1 and epoch = $2
                    """,
                    [.int32(ticket.lane), .int64(ticket.epoch), .int64(anchor.offset), .text(anchor.identity)]
                ).affected == 1
            }
        }
    }

    @discardableResult
    public func recordPublished(_ ticket: LaneTicket, through: Int64) async throws -> Bool {
        failpoint("lane.before-position")
        let isRecorded = try await withLaneFaults {
            try await pool.withConnection { connection in
                try await connection.query(
                    """
                    update tuesday.lane
                    set published_through = least(greatest(published_through, $3), lane_seq),
                        lease_until = clock_timestamp() + interval '15 seconds'
                    where id = (
                        select l.id
                        from tuesday.lane l
                        where l.id = $1 and l.epoch = $2
                        for no key update skip locked)
                    """, [.int32(ticket.lane), .int64(ticket.epoch), .int64(through)]
                ).affected == 1
            }
        }
        if isRecorded { failpoint("lane.position-recorded") }
        return isRecorded
    }

    public func release(_ ticket: LaneTicket) async throws {
        let isOurs = try await withLaneFaults {
            try await pool.withConnection { connection in
                try await connection.query(
                    "update tuesday.lane set lease_until = '-infinity', owner = null where id = $1 and epoch = $2",
                    [.int32(ticket.lane), .int64(ticket.epoch)]
                ).affected == 1
            }
        }
        if isOurs { failpoint("lane.released") }
    }

    public func reject(
        _ record: IncomingRecord, from origin: RecordOrigin, because problem: RecordProblem, attempts: Int32,
        ticket: LaneTicket
    ) async throws -> LaneCommit {
        try await LaneTransaction.run(on: pool, ticket) { transaction, _ in
            try await transaction.append(record, from: origin, because: problem, attempts: attempts)
        }
    }
}

extension LaneAnchor {
    /// Nil where the row has none.
    init?(_ row: PostgresRow, _ offset: Int, _ identity: Int) throws {
        guard let found = try row.optionalString(identity) else { return nil }
        self.init(offset: try row.int64(offset), identity: found)
    }
}
