import CRdKafka
import Glibc

/// Records of one partition that were polled together, their bytes side by side: a few allocations for all of them.
final class RecordBlock: Sendable {
    typealias Header = (name: Range<Int>, value: Range<Int>)

    struct Entry: Sendable {
        let offset: Int64
        let timestamp: Int64
        let key: Range<Int>?
        let value: Range<Int>?
        /// Where the record's headers stand in `headers`.
        let headers: Range<Int>
        let byteCount: Int
    }

    let partition: KafkaPartition
    let bytes: [UInt8]
    let entries: [Entry]
    private let headers: [Header]

    fileprivate init(partition: KafkaPartition, bytes: [UInt8], entries: [Entry], headers: [Header]) {
        self.partition = partition
        self.bytes = bytes
        self.entries = entries
        self.headers = headers
    }

    func headers(of index: Int) -> ArraySlice<Header> { headers[entries[index].headers] }

    /// All of them, in order.
    var records: [KafkaRecord] { entries.indices.map { KafkaRecord(block: self, index: $0) } }
}

/// Copies librdkafka's messages of one partition into a block.
struct RecordBlockBuilder {
    let partition: KafkaPartition
    private var bytes: [UInt8] = []
    private var entries: [RecordBlock.Entry] = []
    private var headers: [RecordBlock.Header] = []

    init(_ partition: KafkaPartition) {
        self.partition = partition
    }

    /// Returns how many bytes it has.
    @discardableResult
    mutating func append(_ pointer: UnsafeMutablePointer<rd_kafka_message_t>) -> Int {
        let message = pointer.pointee
        let start = bytes.count
        let key = message.key.map { append(UnsafeRawBufferPointer(start: $0, count: message.key_len)) }
        let value = message.payload.map { append(UnsafeRawBufferPointer(start: $0, count: message.len)) }
        let firstHeader = headers.count
        let sharedCount = appendHeaders(of: pointer)
        let byteCount = bytes.count - start + sharedCount
        entries.append(
            RecordBlock.Entry(
                offset: message.offset, timestamp: rd_kafka_message_timestamp(pointer, nil), key: key, value: value,
                headers: firstHeader..<headers.count, byteCount: byteCount))
        return byteCount
    }

    private mutating func append(_ buffer: UnsafeRawBufferPointer) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: buffer)
        return start..<bytes.count
    }

    /// Names that the record before has in the same places are kept once; returns how many bytes that left out.
    private mutating func appendHeaders(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> Int {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return 0 }
        let before = entries.last?.headers ?? 0..<0
        var sharedCount = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        var index = 0
        while rd_kafka_header_get_all(list, index, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
            let nameBytes = UnsafeRawBufferPointer(start: name, count: name.map { strlen($0) } ?? 0)
            let nameRange: Range<Int>
            if index < before.count, isSame(headers[before.lowerBound + index].name, nameBytes) {
                nameRange = headers[before.lowerBound + index].name
                sharedCount += nameBytes.count
            } else {
                nameRange = append(nameBytes)
            }
            let valueRange = append(UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : count))
            headers.append((nameRange, valueRange))
            index += 1
        }
        return sharedCount
    }

    private func isSame(_ range: Range<Int>, _ other: UnsafeRawBufferPointer) -> Bool {
        guard !range.isEmpty, range.count == other.count, let start = other.baseAddress else { return false }
        return bytes.withUnsafeBytes { memcmp($0.baseAddress! + range.lowerBound, start, other.count) == 0 }
    }

    consuming func block() -> RecordBlock {
        RecordBlock(partition: partition, bytes: bytes, entries: entries, headers: headers)
    }
}
