/// An error that brokers may answer one kind of request with, instead of what was asked for.
struct BrokerError: Sendable, Hashable {
    enum Request: Int, Sendable {
        case produce = 0, fetch = 1, offsetCommit = 8, findCoordinator = 10, joinGroup = 11, heartbeat = 12, syncGroup = 14
        case initProducerID = 22

        /// Only the group's coordinator is asked.
        var isOfGroup: Bool { [.offsetCommit, .joinGroup, .heartbeat, .syncGroup].contains(self) }
        /// Asked by who has just started, or whose group has changed.
        var isOfStart: Bool { [.findCoordinator, .joinGroup, .syncGroup, .initProducerID].contains(self) }
    }

    var request: Request
    var code: Int
    var name: String

    /// Whether an idempotent producer gives up because of it, and a new one begins again.
    ///
    /// UNKNOWN_PRODUCER_ID (59) is none of them: the producer numbers the batch anew and sends it again. What it had ready
    /// behind it goes out before; a broker that had forgotten the producer would refuse that too, but these brokers take it.
    var endsIdempotentProducer: Bool { request == .produce && [31, 45, 47, 90].contains(code) }

    var words: String { "\(request)-\(code)-\(name)" }

    /// The protocol's errors by the requests that they answer.
    ///
    /// Left out: DUPLICATE_SEQUENCE_NUMBER (46) for a Produce. It says that the record was written before, so a producer is right
    /// to take it for delivered; these brokers answer it without ever having written the record.
    private static let byRequest: [(Request, [(Int, String)])] = [
        (
            .produce,
            [
                (2, "CORRUPT_MESSAGE"), (3, "UNKNOWN_TOPIC_OR_PARTITION"), (5, "LEADER_NOT_AVAILABLE"),
                (6, "NOT_LEADER_OR_FOLLOWER"), (7, "REQUEST_TIMED_OUT"), (9, "REPLICA_NOT_AVAILABLE"),
                (10, "MESSAGE_TOO_LARGE"), (13, "NETWORK_EXCEPTION"), (17, "INVALID_TOPIC_EXCEPTION"),
                (18, "RECORD_LIST_TOO_LARGE"), (19, "NOT_ENOUGH_REPLICAS"), (20, "NOT_ENOUGH_REPLICAS_AFTER_APPEND"),
                (21, "INVALID_REQUIRED_ACKS"), (29, "TOPIC_AUTHORIZATION_FAILED"), (31, "CLUSTER_AUTHORIZATION_FAILED"),
                (32, "INVALID_TIMESTAMP"), (43, "UNSUPPORTED_FOR_MESSAGE_FORMAT"), (44, "POLICY_VIOLATION"),
                (45, "OUT_OF_ORDER_SEQUENCE_NUMBER"), (47, "INVALID_PRODUCER_EPOCH"), (56, "KAFKA_STORAGE_ERROR"),
                (59, "UNKNOWN_PRODUCER_ID"), (87, "INVALID_RECORD"), (90, "PRODUCER_FENCED"),
            ]
        ),
        (
            .fetch,
            [
                (1, "OFFSET_OUT_OF_RANGE"), (2, "CORRUPT_MESSAGE"), (3, "UNKNOWN_TOPIC_OR_PARTITION"),
                (5, "LEADER_NOT_AVAILABLE"), (6, "NOT_LEADER_OR_FOLLOWER"), (9, "REPLICA_NOT_AVAILABLE"),
                (29, "TOPIC_AUTHORIZATION_FAILED"), (56, "KAFKA_STORAGE_ERROR"), (70, "FETCH_SESSION_ID_NOT_FOUND"),
                (71, "INVALID_FETCH_SESSION_EPOCH"), (74, "FENCED_LEADER_EPOCH"), (75, "UNKNOWN_LEADER_EPOCH"),
                (76, "UNSUPPORTED_COMPRESSION_TYPE"), (78, "OFFSET_NOT_AVAILABLE"),
            ]
        ),
        (
            .offsetCommit,
            [
                (3, "UNKNOWN_TOPIC_OR_PARTITION"), (12, "OFFSET_METADATA_TOO_LARGE"), (14, "COORDINATOR_LOAD_IN_PROGRESS"),
                (15, "COORDINATOR_NOT_AVAILABLE"), (16, "NOT_COORDINATOR"), (22, "ILLEGAL_GENERATION"),
                (24, "INVALID_GROUP_ID"), (25, "UNKNOWN_MEMBER_ID"), (27, "REBALANCE_IN_PROGRESS"),
                (28, "INVALID_COMMIT_OFFSET_SIZE"), (29, "TOPIC_AUTHORIZATION_FAILED"), (30, "GROUP_AUTHORIZATION_FAILED"),
                (82, "FENCED_INSTANCE_ID"),
            ]
        ),
        (
            .joinGroup,
            [
                (14, "COORDINATOR_LOAD_IN_PROGRESS"), (15, "COORDINATOR_NOT_AVAILABLE"), (16, "NOT_COORDINATOR"),
                (22, "ILLEGAL_GENERATION"), (23, "INCONSISTENT_GROUP_PROTOCOL"), (24, "INVALID_GROUP_ID"),
                (25, "UNKNOWN_MEMBER_ID"), (26, "INVALID_SESSION_TIMEOUT"), (27, "REBALANCE_IN_PROGRESS"),
                (30, "GROUP_AUTHORIZATION_FAILED"), (79, "MEMBER_ID_REQUIRED"), (81, "GROUP_MAX_SIZE_REACHED"),
                (82, "FENCED_INSTANCE_ID"),
            ]
        ),
        (
            .syncGroup,
            [
                (14, "COORDINATOR_LOAD_IN_PROGRESS"), (15, "COORDINATOR_NOT_AVAILABLE"), (16, "NOT_COORDINATOR"),
                (22, "ILLEGAL_GENERATION"), (23, "INCONSISTENT_GROUP_PROTOCOL"), (25, "UNKNOWN_MEMBER_ID"),
                (27, "REBALANCE_IN_PROGRESS"), (30, "GROUP_AUTHORIZATION_FAILED"), (82, "FENCED_INSTANCE_ID"),
            ]
        ),
        (
            .heartbeat,
            [
                (14, "COORDINATOR_LOAD_IN_PROGRESS"), (15, "COORDINATOR_NOT_AVAILABLE"), (16, "NOT_COORDINATOR"),
                (22, "ILLEGAL_GENERATION"), (25, "UNKNOWN_MEMBER_ID"), (27, "REBALANCE_IN_PROGRESS"),
                (30, "GROUP_AUTHORIZATION_FAILED"), (82, "FENCED_INSTANCE_ID"),
            ]
        ),
        (.findCoordinator, [(15, "COORDINATOR_NOT_AVAILABLE"), (30, "GROUP_AUTHORIZATION_FAILED")]),
        (
            .initProducerID,
            [(15, "COORDINATOR_NOT_AVAILABLE"), (16, "NOT_COORDINATOR"), (31, "CLUSTER_AUTHORIZATION_FAILED")]
        ),
    ]

    /// What a broker may answer to every request. The connection's loss is librdkafka's own number.
    private static let everywhere = [(-1, "UNKNOWN_SERVER_ERROR"), (-195, "connection-lost")]

    static let all = byRequest.flatMap { request, errors in
        (errors + everywhere).map { BrokerError(request: request, code: $0.0, name: $0.1) }
    }

    /// The `count` whose turn it is: seeds that follow each other go through all of them.
    static func turn(_ seed: UInt64, _ count: Int) -> [BrokerError] {
        let first = Int(seed % UInt64(all.count)) * count
        return (0..<count).map { all[(first + $0) % all.count] }
    }
}
