/// The help text of every metric, by the name `/metrics` prints.
///
/// Names carry their unit; labels name a topic, partition, outcome, check or kind, never an id of a request or person.
public enum MetricHelp {
    public static let texts: [String: String] = [
        "tuesday_build_info": "1, with the program and its version as labels.",
        "tuesday_ready": "1 when a check of /readyz is in order, 0 when not; /readyz says why not.",
        // Consuming
        "tuesday_lanes":
            "Lanes of this worker, by group and activity: claiming, consuming, waiting, or stopped until an operator acts.",
        "tuesday_consumer_lag_records": "Records of a partition that this worker has not yet committed to its lane.",
        "tuesday_batches_total": "Batches committed.",
        "tuesday_batch_duration_seconds": "Time from handing a batch to its handler to the end of COMMIT.",
        "tuesday_records_total": "Records handled, by consumer group.",
        "tuesday_deadletters_total": "Records put among the dead letters.",
        "tuesday_dead_letters_open": "Dead letters that nobody has dealt with; each router tells it.",
        "tuesday_lane_claims_total": "Lanes claimed.",
        "tuesday_fenced_total": "Transactions refused because another worker holds the lane.",
        "tuesday_consumers_recreated_total":
            "Consumers made anew because lanes with records before them hung, their group did not answer, or they broke down.",
        // Publishing
        "tuesday_publish_lag_records":
            "Committed messages, of all lanes, that no delivery report covers yet; each router tells it.",
        "tuesday_published_total": "Messages with a delivery report.",
        "tuesday_publish_failures_total": "Messages that Kafka did not take; its error is in the log.",
        // The clients of Kafka, as librdkafka measures them every five seconds
        "tuesday_kafka_requests_total": "Requests sent to brokers, by client (producer or consumer).",
        "tuesday_kafka_responses_total": "Answers received from brokers, by client.",
        "tuesday_kafka_sent_bytes_total": "Bytes sent to brokers, by client.",
        "tuesday_kafka_received_bytes_total": "Bytes received from brokers, by client.",
        "tuesday_kafka_sent_messages_total": "Messages sent to brokers; one that is sent again counts again.",
        "tuesday_kafka_received_messages_total": "Messages received from brokers.",
        "tuesday_kafka_connects_total": "Attempts to connect to a broker, failed ones too, by client.",
        "tuesday_kafka_disconnects_total": "Connections to brokers that ended, idle ones too, by client.",
        "tuesday_kafka_connections": "Connections to brokers, by client and by state: up, connecting, down, or idle.",
        "tuesday_kafka_round_trip_seconds":
            "From a request to its answer, percentile 50 and 99 of the slowest broker, by client; NaN without answers.",
        "tuesday_kafka_send_queue_messages": "Messages handed to the producer that are neither delivered nor failed.",
        "tuesday_kafka_send_queue_bytes": "Bytes handed to the producer that are neither delivered nor failed.",
        "tuesday_kafka_send_queue_seconds":
            "From handing a message over to writing it into a request, percentile 50 and 99; NaN when none was written.",
        "tuesday_kafka_fetch_queue_bytes": "Bytes fetched from brokers that the consumer has not yet read from librdkafka.",
        "tuesday_kafka_rebalances_total": "How often the consumer's group shared its partitions out anew.",
        "tuesday_kafka_rebalance_age_seconds": "Time since the consumer's group last did so.",
        // Intake
        "tuesday_submissions_accepted_total": "Submissions that became a request.",
        "tuesday_submissions_refused_total": "Submissions that a rule refused.",
        "tuesday_submissions_repeated_total": "Submissions that were there already and got the same request id.",
        // Routing and follow-up
        "tuesday_routed_total": "Routing decisions, by outcome.",
        "tuesday_routing_failures_total":
            "Requests whose routing failed in the database and was put off; the log names them.",
        "tuesday_routing_overlooked_total":
            "Requests that no record brought to a router in time; they were routed all the same.",
        "tuesday_waiting_requests": "Open requests without an owner, by reason.",
        "tuesday_oldest_waiting_seconds": "Age of the oldest open request without an owner.",
        "tuesday_deadlines_fired_total": "Deadlines fired.",
        "tuesday_deadline_overdue_seconds":
            "For how long the oldest deadline that is due has not fired, but for those of parked requests.",
        "tuesday_notifications_total": "Notifications committed.",
        "tuesday_calendar_missing":
            "1 when a county's holidays of this year, or from November of the next, are not loaded.",
        // Statistics
        "tuesday_windows_closed_total": "Windows of figures committed, first ones and revisions.",
        // PostgreSQL
        "tuesday_postgres_pool_wait_seconds_total": "Time that callers spent waiting for a free connection.",
        "tuesday_postgres_pool_waiting": "Callers that wait for a free connection now.",
        "tuesday_postgres_connections": "Open connections, by state.",
    ]
}
