#if FAILPOINTS
    import PostgresClient
    import Workflow

    /// Mistakes made on purpose, in builds for debugging, so that the tests are seen to notice them.
    extension LaneTransaction {
        /// No fence: whoever has taken the lane over meanwhile, the transaction goes on under their epoch.
        static func unfenced(_ ticket: LaneTicket, on pool: PostgresPool) async throws -> LaneTicket {
            let rows = try await withLaneFaults {
                try await pool.withConnection {
                    try await $0.query("select epoch from tuesday.lane where id = $1", [.int32(ticket.lane)])
                }
            }
            return LaneTicket(
                lane: ticket.lane, epoch: try rows.first?.int64(0) ?? ticket.epoch, nextOffset: ticket.nextOffset,
                lastIdentity: ticket.lastIdentity, laneSeq: ticket.laneSeq, publishedThrough: ticket.publishedThrough,
                claimsSinceProgress: ticket.claimsSinceProgress, isNew: ticket.isNew)
        }

        /// The lane moves on before its records have had any effect.
        static func advanceFirst(_ ticket: LaneTicket, on pool: PostgresPool) async throws {
            guard ticket.nextOffset > 0 else { return }
            try await withLaneFaults {
                try await pool.withConnection { connection in
                    try await connection.query(
                        "update tuesday.lane set next_offset = $3, last_ce_id = $4 where id = $1 and epoch = $2",
                        [
                            .int32(ticket.lane), .int64(ticket.epoch), .int64(ticket.nextOffset), .text(ticket.lastIdentity),
                        ])
                }
            }
        }
    }
#endif
