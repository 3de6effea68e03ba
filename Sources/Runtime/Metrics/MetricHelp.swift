/// The help text of every metric, by the name `/metrics` prints.
///
/// Names carry their unit; labels name a topic, partition, outcome or kind, never an id of a request or person.
public enum MetricHelp {
    public static let texts: [String: String] = [
        "tuesday_build_info": "1, with the program and its version as labels.",
        // Consuming
        "tuesday_consumer_lag_records": "Records of a partition that this worker has not yet committed to its lane.",
        "tuesday_batches_total": "Batches committed.",
        "tuesday_batch_duration_seconds": "Time from handing a batch to its handler to the end of COMMIT.",
        "tuesday_records_total": "Records handled, by consumer group.",
        "tuesday_deadletters_total": "Records put among the dead letters.",
        "tuesday_dead_letters_open": "Dead letters that nobody has dealt with; each router tells it.",
        "tuesday_lane_claims_total": "Lanes claimed.",
        "tuesday_fenced_total": "Transactions refused because another worker holds the lane.",
        // Publishing
        "tuesday_publish_lag_records":
            "Committed messages, of all lanes, that no delivery report covers yet; each router tells it.",
        "tuesday_published_total": "Messages with a delivery report.",
        "tuesday_publish_failures_total": "Messages that Kafka did not take; its error is in the log.",
        // Intake
        "tuesday_submissions_accepted_total": "Submissions that became a request.",
        "tuesday_submissions_refused_total": "Submissions that a rule refused.",
        "tuesday_submissions_repeated_total": "Submissions that were there already and got the same request id.",
        // Routing and follow-up
        "tuesday_routed_total": "Routing decisions, by outcome.",
        "tuesday_waiting_requests": "Open requests without an owner, by reason.",
        "tuesday_oldest_waiting_seconds": "Age of the oldest open request without an owner.",
        "tuesday_deadlines_fired_total": "Deadlines fired.",
        "tuesday_notifications_total": "Notifications committed.",
        "tuesday_calendar_missing":
            "1 when a county's holidays of this year, or from November of the next, are not loaded.",
        // PostgreSQL
        "tuesday_postgres_pool_wait_seconds_total": "Time that callers spent waiting for a free connection.",
        "tuesday_postgres_pool_waiting": "Callers that wait for a free connection now.",
        "tuesday_postgres_connections": "Open connections, by state.",
    ]
}
