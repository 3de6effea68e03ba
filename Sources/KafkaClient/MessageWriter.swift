import CRdKafka

/// Hands single messages to librdkafka, which copies them; reuses its argument list from message to message.
///
/// The variadic call cannot be reached from Swift; its twin takes an array of tagged unions.
struct MessageWriter {
    private let handle: OpaquePointer
    private let arguments = UnsafeMutablePointer<rd_kafka_vu_t>.allocate(capacity: 8)
    private var lastTopic: (name: String, handle: OpaquePointer?)?

    init(handle: OpaquePointer) {
        self.handle = handle
        arguments.initialize(repeating: rd_kafka_vu_t(), count: 8)
    }

    func free() { arguments.deallocate() }

    mutating func topic(named name: String, find: () -> OpaquePointer?) -> OpaquePointer? {
        if let lastTopic, lastTopic.name == name { return lastTopic.handle }
        let found = find()
        lastTopic = (name, found)
        return found
    }

    /// Returns why the message was refused, or no error; then its report will come.
    func write(_ message: some KafkaProducible, topic: OpaquePointer?, opaque: UnsafeMutableRawPointer) -> rd_kafka_resp_err_t {
        // A name librdkafka makes no handle of: empty, or longer than 512 bytes.
        guard let topic else { return RD_KAFKA_RESP_ERR__INVALID_ARG }
        var count = 0
        func add(_ type: rd_kafka_vtype_t, _ set: (inout rd_kafka_vu_t) -> Void) {
            arguments[count].vtype = type
            set(&arguments[count])
            count += 1
        }
        add(RD_KAFKA_VTYPE_RKT) { $0.u.rkt = topic }
        add(RD_KAFKA_VTYPE_MSGFLAGS) { $0.u.i = RD_KAFKA_MSG_F_COPY }
        add(RD_KAFKA_VTYPE_OPAQUE) { $0.u.ptr = opaque }
        if let partition = message.partition { add(RD_KAFKA_VTYPE_PARTITION) { $0.u.i32 = partition } }
        if let time = message.timestampMilliseconds { add(RD_KAFKA_VTYPE_TIMESTAMP) { $0.u.i64 = time } }
        let headers = Self.headers(of: message)
        if let headers { add(RD_KAFKA_VTYPE_HEADERS) { $0.u.headers = headers } }

        let error = Self.withBytes(message.keyBytes) { key in
            Self.withBytes(message.valueBytes) { value in
                if let key {
                    add(RD_KAFKA_VTYPE_KEY) { $0.u.mem.ptr = key.pointer; $0.u.mem.size = key.count }
                }
                if let value {
                    add(RD_KAFKA_VTYPE_VALUE) { $0.u.mem.ptr = value.pointer; $0.u.mem.size = value.count }
                }
                return rd_kafka_produceva(handle, arguments, count)
            }
        }
        guard let error else { return RD_KAFKA_RESP_ERR_NO_ERROR }
        // librdkafka takes the headers over only when it takes the message.
        if let headers { rd_kafka_headers_destroy(headers) }
        defer { rd_kafka_error_destroy(error) }
        return rd_kafka_error_code(error)
    }

    private static func headers(of message: some KafkaProducible) -> OpaquePointer? {
        var list: OpaquePointer?
        message.forEachHeader { name, value in
            if list == nil { list = rd_kafka_headers_new(8) }
            // A null pointer means "no value" to librdkafka; an empty array is an empty value.
            _ = rd_kafka_header_add(
                list, (name.baseAddress ?? Self.nothing).assumingMemoryBound(to: CChar.self), name.count,
                value.baseAddress ?? Self.nothing, value.count)
        }
        return list
    }

    /// The bytes' address; not null for an empty array, because null means "none" to librdkafka.
    private static func withBytes<Result>(
        _ bytes: ArraySlice<UInt8>?, _ body: ((pointer: UnsafeMutableRawPointer, count: Int)?) -> Result
    ) -> Result {
        guard let bytes else { return body(nil) }
        return bytes.withUnsafeBytes { buffer in
            body((UnsafeMutableRawPointer(mutating: buffer.baseAddress ?? nothing), buffer.count))
        }
    }

    nonisolated(unsafe) private static let nothing = UnsafeRawPointer(
        UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1).initializeMemory(as: UInt8.self, to: 0))
}
