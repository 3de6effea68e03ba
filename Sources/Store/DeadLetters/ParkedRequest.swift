import Domain
import PostgresClient
import Workflow

/// A request that a group leaves alone as long as one of its dead letters is open.
struct ParkedRequest {
    let group: String
    let request: RequestID

    /// Nil when the letter is about no request.
    init?(_ letter: DeadLetter) {
        guard let request = letter.request else { return nil }
        group = letter.origin.group
        self.request = request
    }

    private var parameters: [PostgresParameter] { [.text(group), .uuid(request.value)] }

    /// Requests stand before parked rows in the one lock order.
    func lockRequest(on connection: PostgresConnection) async throws {
        try await connection.query(
            "select from tuesday.request where id = $1 for no key update", [.uuid(request.value)])
    }

    /// Nobody parks it again, and nobody releases it, until the transaction ends; false when it is not parked.
    @discardableResult
    func hold(on connection: PostgresConnection) async throws -> Bool {
        try await connection.query(
            "select from tuesday.parked where consumer_group = $1 and request_id = $2 for update", parameters
        ).count > 0
    }

    func release(on connection: PostgresConnection) async throws {
        try await connection.query(
            "delete from tuesday.parked where consumer_group = $1 and request_id = $2", parameters)
    }

    func hasOpenLetter(on connection: PostgresConnection) async throws -> Bool {
        try await connection.query(
            """
            select exists (
                select from tuesday.dead_letter
                where consumer_group = $1 and request_id = $2 and state = 'open')
            """, parameters)[0].bool(0)
    }

    /// Settles every open letter of the request; answers how many those were.
    func settleLetters(because: String, on connection: PostgresConnection) async throws -> Int {
        try await connection.query(
            """
            update tuesday.dead_letter
            set state = 'replayed',
                settled_at = clock_timestamp(),
                settled_by = session_user,
                settled_because = $3
            where consumer_group = $1 and request_id = $2 and state = 'open'
            """, parameters + [.text(because)]
        ).affected
    }
}
