/// What a client has sent, received and gone through; counts that only rise.
public struct KafkaTraffic: Sendable, Hashable {
    /// Requests sent to brokers, of any kind.
    public var requests: Int64 = 0
    /// Bytes sent to brokers, as they went over the network.
    public var sentBytes: Int64 = 0
    /// Messages sent to brokers; one that had to be sent again counts again.
    public var sentMessages: Int64 = 0
    /// Answers received from brokers, of any kind.
    public var responses: Int64 = 0
    /// Bytes received from brokers, as they came over the network.
    public var receivedBytes: Int64 = 0
    /// Messages received from brokers.
    public var receivedMessages: Int64 = 0
    /// Attempts to connect to a broker, failed ones too.
    public var connects: Int64 = 0
    /// Connections that ended, also those the broker closed for being idle.
    public var disconnects: Int64 = 0
    /// How often the group shared its partitions out anew.
    public var rebalances: Int64 = 0

    /// Nothing counted so far.
    public init() {}

    init(_ document: StatisticsDocument) {
        requests = document.tx
        sentBytes = document.tx_bytes
        sentMessages = document.txmsgs
        responses = document.rx
        receivedBytes = document.rx_bytes
        receivedMessages = document.rxmsgs
        for broker in document.brokers.values where broker.source != "internal" {
            connects += broker.connects
            disconnects += broker.disconnects
        }
        rebalances = document.cgrp?.rebalance_cnt ?? 0
    }

    /// What came since `earlier`; zero where a count fell, as the sum over brokers does when one leaves the cluster.
    func subtracting(_ earlier: KafkaTraffic) -> KafkaTraffic {
        var difference = KafkaTraffic()
        for count in Self.counts {
            difference[keyPath: count] = max(0, self[keyPath: count] - earlier[keyPath: count])
        }
        return difference
    }

    private static var counts: [WritableKeyPath<KafkaTraffic, Int64>] {
        [
            \.requests, \.sentBytes, \.sentMessages, \.responses, \.receivedBytes, \.receivedMessages, \.connects,
            \.disconnects, \.rebalances,
        ]
    }
}
