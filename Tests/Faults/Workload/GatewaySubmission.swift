import Contracts
import KafkaClient

/// What a gateway that speaks Kafka sends.
enum GatewaySubmission {
    /// - Parameter village: nil: one of the county's.
    static func message(_ source: String, body: Int, village: String? = nil) -> KafkaMessage {
        let submission = Submission(
            channel: "gateway", sourceID: source, village: village ?? self.village(body),
            service: FaultCounty.county.services[0], subject: "诉求\(body)", description: "网关\(body)")
        return KafkaMessage(
            topic: Topic.submissions.rawValue, key: Array("gateway/\(source)".utf8),
            value: SubmissionRecord.body(of: submission),
            headers: [
                KafkaHeader("ce_specversion", "1.0"), KafkaHeader("ce_id", source), KafkaHeader("ce_source", "/faults"),
                KafkaHeader("ce_type", SubmissionRecord.type), KafkaHeader("content-type", "application/json"),
            ])
    }

    /// A village that no county has: what comes from it is refused.
    static let nowhere = "nowhere"

    static func isRefusable(_ message: KafkaMessage) -> Bool {
        String(decoding: message.value ?? [], as: UTF8.self).contains("\"\(nowhere)\"")
    }

    static func village(_ body: Int) -> String { FaultCounty.county.villages[body % FaultCounty.county.villages.count] }

    /// Sends, and notes what the brokers have said they have.
    ///
    /// - Parameter sources: by source id the message that may have to be sent again.
    static func send(
        _ messages: [KafkaMessage], of sources: [(String, KafkaMessage)], _ installation: Installation, _ history: History
    ) async {
        await installation.awaitGateways()
        for (source, message) in sources { history.sent(byTopic: source, message, isCertain: false) }
        let (producer, generation) = installation.gateway
        guard let deliveries = try? await producer.send(messages),
            !deliveries.contains(where: { if case .failed = $0 { true } else { false } }),
            // What went to brokers that are gone is not there any more.
            installation.gateway.generation == generation
        else { return }
        for (source, message) in sources { history.sent(byTopic: source, message, isCertain: true) }
    }
}
