/// What librdkafka counts, as it hands it out every `statistics.interval.ms`.
///
/// Counters start at zero with the handle, and so again after a fatal error replaced a producer's handle.
public struct KafkaStatistics: Sendable {
    /// The whole document as librdkafka wrote it (its STATISTICS.md names the fields).
    public let json: String
    /// Messages transmitted to brokers since the handle was made.
    public private(set) var transmittedMessages: Int64 = 0
    /// Messages received from brokers since the handle was made.
    public private(set) var receivedMessages: Int64 = 0
    /// Messages a producer holds at this instant.
    public private(set) var queuedMessages: Int64 = 0
    /// Records between what was committed (or read, before any commit) and the end; partitions without a known lag are absent.
    public private(set) var consumerLag: [KafkaPartition: Int64] = [:]

    public init(json: String) {
        self.json = json
        var scanner = JSONScanner(json)
        var sent: Int64?, received: Int64?, queued: Int64?, lags: [KafkaPartition: Int64] = [:]
        scanner.object { scanner, field in
            switch field {
            case "txmsgs": sent = scanner.integer()
            case "rxmsgs": received = scanner.integer()
            case "msg_cnt": queued = scanner.integer()
            case "topics":
                scanner.object { scanner, topic in
                    scanner.object { scanner, field in
                        guard field == "partitions" else { return scanner.skip() }
                        scanner.object { scanner, number in
                            scanner.object { scanner, field in
                                guard field == "consumer_lag" else { return scanner.skip() }
                                // Partition -1 is librdkafka's place for what has no partition yet; lag -1 is unknown.
                                guard let lag = scanner.integer(), lag >= 0, let number = Int32(number), number >= 0
                                else { return }
                                lags[KafkaPartition(topic: topic, partition: number)] = lag
                            }
                        }
                    }
                }
            default: scanner.skip()
            }
        }
        transmittedMessages = sent ?? 0
        receivedMessages = received ?? 0
        queuedMessages = queued ?? 0
        consumerLag = lags
    }
}
