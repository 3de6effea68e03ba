import CRdKafka

/// Settings by librdkafka's own names (`bootstrap.servers`, `linger.ms`, ...); all of them pass through.
///
/// An unknown name or a bad value makes the initialiser throw a `KafkaError` that names the setting.
public typealias KafkaSettings = [String: String]

extension [String: String] {
    /// These settings, with `defaults` for what they do not say.
    func or(_ defaults: KafkaSettings) -> KafkaSettings { merging(defaults) { given, _ in given } }

    /// A configuration object owned by the caller: `rd_kafka_new` takes it over, or the caller destroys it.
    func makeConfiguration() throws -> OpaquePointer {
        let configuration = rd_kafka_conf_new()!
        var reason = [CChar](repeating: 0, count: 512)
        for (name, value) in sorted(by: { $0.key < $1.key }) {
            let result = rd_kafka_conf_set(configuration, name, value, &reason, reason.count)
            guard result != RD_KAFKA_CONF_OK else { continue }
            rd_kafka_conf_destroy(configuration)
            // librdkafka repeats the value in its sentence; a value of these must not reach a log.
            let secret = ["password", "secret", ".key", "oauthbearer.config"].contains { name.contains($0) }
            let detail = secret ? "its value is refused" : text(of: reason)
            throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, "Kafka setting '\(name)': \(detail)")
        }
        return configuration
    }
}

/// The text of a C buffer up to its terminating zero.
func text(of buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
