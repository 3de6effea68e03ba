import Domain
import PostgresClient

/// New promises, as rows of `tuesday.deadline`.
enum DeadlineRows {
    static func write(
        _ deadlines: [(deadline: Deadline, county: County.ID)], on connection: PostgresConnection
    ) async throws {
        guard !deadlines.isEmpty else { return }
        var rows = PostgresCopyBuffer(columns: 9, reserve: deadlines.count * 110)
        // Ascending, so that the rows of a batch enter the index side by side.
        for (deadline, county) in deadlines.sorted(by: { $0.deadline.request < $1.deadline.request }) {
            rows.beginRow()
            rows.append(uuid: deadline.request.value)
            rows.append(timestamp: deadline.remindAt.microseconds)
            rows.append(timestamp: deadline.dueAt.microseconds)
            rows.append(timestamp: deadline.escalateAt.microseconds)
            rows.append(timestamp: deadline.nextAt?.microseconds)
            rows.append(int32: deadline.epoch)
            rows.append(int32: county.rawValue)
            rows.append(int16: deadline.kind.rawValue)
            rows.append(int16: deadline.stage.rawValue)
        }
        try await connection.copy(
            into: """
                tuesday.deadline (request_id, remind_at, due_at, escalate_at, next_at, epoch, county_id, kind, stage)
                """, rows)
    }
}
