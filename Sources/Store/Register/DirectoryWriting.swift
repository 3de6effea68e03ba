import Contracts
import Domain
import PostgresClient
import Workflow

/// Writes what an import changed of the public's directory, in the import's transaction, through the register's lane.
///
/// The lane is locked first and read under the lock, so its owner and epoch do not matter here and are left alone: whoever
/// holds the lease publishes, and goes on with these rows afterwards. That there is one lane, and that two never publish
/// it at once, is what keeps an older entry from arriving on the compacted topic after a newer one. (If an import took
/// the lane over instead, the former publisher's message could still be on its way.)
struct DirectoryWriting {
    private let connection: PostgresConnection
    private let lane: Int32
    private let now: Instant
    private var laneSeq: Int64

    /// Locks the register's lane; before anything else of the transaction.
    init(on connection: PostgresConnection) async throws {
        let results = try await connection.pipeline([
            PostgresCall(
                """
                select l.id, l.lane_seq
                from tuesday.lane l
                where l.consumer_group = $1 and l.partition < 0
                order by l.id
                limit 1
                for no key update
                """, [.text(LaneStore.registerPool)]),
            PostgresCall("select clock.now()"),
        ])
        guard let row = results[0].first else {
            throw LaneFault.failed("the lane \(LaneStore.registerPool), which a migration made, is not in tuesday.lane")
        }
        self.connection = connection
        lane = try row.int32(0)
        laneSeq = try row.int64(1)
        now = Instant(microseconds: try results[1][0].timestamp(0))
    }

    /// Writes an entry for every cadre of whom the public now sees something else, or for `all`; returns how many.
    ///
    /// At the end of the transaction, once for each county: a cadre has one entry a version.
    mutating func write(county code: String, all: Bool = false) async throws -> Int {
        let found = try await connection.query(
            "select c.id, c.version from register.county c where c.code = $1", [.text(code)])
        guard let row = found.first else { return 0 }
        let county = County.ID(try row.int32(0))
        let version = try row.int64(1)
        let results = try await connection.pipeline([
            PostgresCall(PublicEntryStatements.last, [.int32(county.rawValue)]),
            PostgresCall(
                PublicEntryStatements.entries,
                [.int32(county.rawValue), .timestamp(microseconds: now.microseconds)]),
        ])
        var last: [Cadre.ID: (version: Int64, body: [UInt8]?)] = [:]
        for row in results[0] { last[Cadre.ID(try row.int32(0))] = (try row.int64(1), try row.optionalUTF8(2)) }
        var changes: [(cadre: Cadre.ID, body: [UInt8]?)] = []
        for row in results[1] {
            let entry = try PublicEntryStatements.entry(row)
            if let told = last.removeValue(forKey: entry.cadre) {
                // As it would have been written then: only the version may differ.
                guard told.version < version,
                    all || told.body != DirectoryRecord.body(of: entry, version: told.version)
                else { continue }
            }
            changes.append((entry.cadre, DirectoryRecord.body(of: entry, version: version)))
        }
        for (cadre, told) in last.sorted(by: { $0.key < $1.key }) where (all || told.body != nil) && told.version < version {
            changes.append((cadre, nil))
        }
        try await write(changes, county, version)
        return changes.count
    }

    private mutating func write(
        _ changes: [(cadre: Cadre.ID, body: [UInt8]?)], _ county: County.ID, _ version: Int64
    ) async throws {
        guard !changes.isEmpty else { return }
        var rows = PostgresCopyBuffer(columns: 7, reserve: changes.count * 1_024)
        for change in changes {
            laneSeq += 1
            rows.beginRow()
            rows.append(int32: lane)
            rows.append(int64: laneSeq)
            rows.append(timestamp: now.microseconds)
            rows.append(int64: version)
            rows.append(int32: county.rawValue)
            rows.append(int32: change.cadre.rawValue)
            rows.append(utf8: change.body)
        }
        try await connection.copy(
            into: "tuesday.directory_entry (lane_id, lane_seq, at, register_version, county_id, cadre_id, body)", rows)
        try await connection.query(
            """
            update tuesday.lane
            set lane_seq = $2,
                progressed_at = clock_timestamp()
            where id = $1
            """, [.int32(lane), .int64(laneSeq)])
    }
}
