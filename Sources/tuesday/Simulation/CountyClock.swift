import PostgresClient

/// The county's clock, `clock.now()`: set for a demonstration, never back.
struct CountyClock: Sendable {
    let pool: PostgresPool

    /// Stops the clock at eight in the morning of the first Tuesday after everything that happened so far, in the
    /// county's time, and returns that instant in microseconds since 1970.
    func setToTuesdayMorning() async throws -> Int64 {
        try await pool.withConnection { connection in
            let rows = try await connection.query(
                """
                with known as (
                    select greatest(clock.now(), (select max(e.at) from tuesday.event e)) as latest,
                        make_interval(mins => coalesce((select min(c.utc_offset_minutes) from register.county c), 480)) as ahead
                ), candidate as (
                    select (date_trunc('day', k.latest at time zone 'UTC' + k.ahead) + make_interval(days => n, hours => 8)
                        - k.ahead) at time zone 'UTC' as morning, k.latest, k.ahead
                    from known k, generate_series(0, 14) n
                ), chosen as (
                    select min(c.morning) as morning
                    from candidate c
                    where c.morning > c.latest and extract(isodow from c.morning at time zone 'UTC' + c.ahead) = 2
                )
                insert into clock.virtual (now_at, set_at, rate)
                select morning, clock_timestamp(), 0 from chosen
                on conflict (is_the_one) do update set now_at = excluded.now_at, set_at = excluded.set_at, rate = 0
                returning now_at
                """)
            guard let row = rows.first else { throw CommandFailure("the county's clock could not be set") }
            return try row.timestamp(0)
        }
    }

    /// Puts a stopped clock forward to an instant; one in its past changes nothing.
    func advance(to microseconds: Int64) async throws {
        _ = try await pool.withConnection { connection in
            try await connection.query(
                "update clock.virtual set now_at = greatest(now_at, $1), set_at = clock_timestamp()",
                [.timestamp(microseconds: microseconds)])
        }
    }

    /// Back to the real time; a clock that a demonstration has put ahead of it goes on from where it stands.
    func useRealTime() async throws {
        _ = try await pool.withConnection { connection in
            try await connection.pipeline([
                PostgresCall("delete from clock.virtual where clock.now() <= clock_timestamp()"),
                PostgresCall("update clock.virtual set now_at = clock.now(), set_at = clock_timestamp(), rate = 1"),
            ])
        }
    }

    func now() async throws -> Int64 {
        try await pool.withConnection { connection in
            try await connection.query("select clock.now()")[0].timestamp(0)
        }
    }
}
