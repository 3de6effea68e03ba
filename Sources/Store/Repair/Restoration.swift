import PostgresClient
import Workflow

/// Once PostgreSQL was restored from a backup: lets every number that the outside knows things by go on where none was
/// handed out before. What was handed out after the backup is unknown here and known there with other content, so a number
/// that came again would be taken for it: a gateway would drop the notification as delivered, readers the entry or window
/// as older than what they have.
///
/// The numbers go on at the minutes since 1970, or where the backup has come to if that is further. As long as fewer than one a
/// minute is handed out of a kind, none reaches that which was handed out after the backup, or after an earlier restoration.
/// In one transaction:
///
/// - **Notifications, dead letters** (lane and number in it): lanes of pools are retired, and lanes made from now on have
///   new ids. What retired ones still have to publish, workers adopt. Consuming lanes are the new log's, made new anyway.
/// - **Directory** (register version): every cadre's entry is written once more under the new version.
/// - **Hours' figures** (revision): the next log's number is their least revision, and every hour is told once more.
///
/// To be run before the log is made, and while nobody works.
public struct Restoration: Sendable {
    public struct Outcome: Sendable, Hashable {
        public var lanes = 0
        public var directoryEntries = 0
        public var hours = 0
    }

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func run() async throws -> Outcome {
        try await withLaneFaults {
            try await pool.transaction(retry: .never) { connection in
                var directory = try await DirectoryWriting(on: connection)
                var outcome = Outcome()
                let minutes = try await connection.query(
                    "select (extract(epoch from clock_timestamp()) / 60)::int")[0].int32(0)
                for sequence in Self.sequences { try await connection.query(sequence, [.int32(minutes)]) }
                outcome.lanes = try await connection.query(
                    Self.retire, [.text(LaneStore.registerPool), .int32(minutes)]
                ).affected
                let counties = try await connection.query(Self.raiseVersions, [.int64(Int64(minutes))])
                for county in counties {
                    outcome.directoryEntries += try await directory.write(county: try county.string(0), all: true)
                }
                outcome.hours = try await connection.query(Self.tellHours).affected
                return outcome
            }
        }
    }

    private static let sequences: [PostgresStatement] = [
        "select setval('tuesday.lane_id_seq', greatest($1::int, max(id) + 1, (select last_value + 1 from tuesday.lane_id_seq)), false) from tuesday.lane",
        "select setval('tuesday.log_id_seq', greatest($1::int, max(id) + 1, (select last_value + 1 from tuesday.log_id_seq)), false) from tuesday.log",
    ]

    /// The register's lane stays: what leaves through it is known by cadre and version.
    private static let retire: PostgresStatement = """
        update tuesday.lane
        set consumer_group = consumer_group || ' until ' || $2::int
        where partition < 0 and consumer_group <> $1
        """

    /// As ``register.begin_version`` does, whose next call in this transaction then changes nothing.
    private static let raiseVersions: PostgresStatement = """
        update register.county
        set version = greatest(version + 1, $1),
            version_xid = pg_current_xact_id()
        returning code
        """

    private static let tellHours: PostgresStatement = """
        insert into tuesday.changed_hour (county_id, hour, lane_id, settles_at)
        select s.county_id, s.hour, min(s.lane_id), greatest(s.hour + interval '1 hour', clock.now())
        from tuesday.statistic_village_hour s
        group by s.county_id, s.hour
        on conflict (county_id, hour, lane_id) do nothing
        """
}
