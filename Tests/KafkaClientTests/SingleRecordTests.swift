import Glibc
import Testing

@testable import KafkaClient

/// One record beside the group, where some offsets hold none.
@Suite(.timeLimit(.minutes(2))) struct SingleRecordTests {
    @Test(
        "Behind the mark of a transaction stands the next record, and behind the last mark none",
        .enabled(if: !Broker.isReal))
    func marks() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let producer = try broker.producer()
        _ = try await producer.send(numbered(topic, 0..<3))
        try TransactionMark.write(to: topic, broker.embedded!.bootstrapServers)
        _ = try await producer.send(numbered(topic, 3..<5))
        try TransactionMark.write(to: topic, broker.embedded!.bootstrapServers)
        let (consumer, partition) = (try broker.consumer(topic), KafkaPartition(topic: topic, partition: 0))
        let (low, high) = try await consumer.watermarks(partition, timeoutMilliseconds: 10_000)
        #expect(low == 0 && high == 7)
        for (offset, next) in [(2, 2), (3, 4), (4, 4), (5, 5), (6, nil), (7, nil)] as [(Int64, Int64?)] {
            let first = try await consumer.firstRecord(of: partition, from: offset, timeoutMilliseconds: 10_000)
            #expect(first?.offset == next)
            let record = try await consumer.record(of: partition, at: offset, timeoutMilliseconds: 10_000)
            #expect(record?.offset == (next == offset ? offset : nil))
        }
        await consumer.close(timeoutMilliseconds: 5_000)
        await producer.close(timeoutMilliseconds: 5_000)
    }
}

/// What a cluster writes to a partition when a transaction commits: a batch of one record that nobody is given. The embedded
/// broker writes none by itself, but keeps what it is sent.
private enum TransactionMark {
    static func write(to topic: String, _ server: String) throws {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let port = try #require(server.split(separator: ":").last.flatMap { UInt16($0) })
        address.sin_port = port.bigEndian
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(isConnected == 0)
        let request = sized(produce(topic))
        try #require(send(file, request, request.count, 0) == request.count)
        var size = [UInt8](repeating: 0, count: 4)
        try #require(recv(file, &size, 4, Int32(MSG_WAITALL)) == 4)
        var answer = [UInt8](repeating: 0, count: size.reduce(0) { $0 << 8 | Int($1) })
        try #require(recv(file, &answer, answer.count, Int32(MSG_WAITALL)) == answer.count)
        // The request's number, one topic by its name, one partition; then the error.
        let error = answer.dropFirst(4 + 4 + 2 + topic.utf8.count + 4 + 4).prefix(2)
        #expect(Array(error) == [0, 0])
    }

    /// Produce, version 3, to partition 0.
    private static func produce(_ topic: String) -> [UInt8] {
        let header = integer(Int16(0)) + integer(Int16(3)) + integer(Int32(1)) + text("mark")
        let body = integer(Int16(-1)) + integer(Int16(1)) + integer(Int32(5_000))
        let place = integer(Int32(1)) + text(topic) + integer(Int32(1)) + integer(Int32(0))
        return header + body + place + sized(batch)
    }

    /// Version 2 of the format, transactional and of control; the one record commits.
    private static var batch: [UInt8] {
        let record: [UInt8] = [32, 0, 0, 0, 8] + integer(Int16(0)) + integer(Int16(1)) + [12, 0, 0, 0, 0, 0, 0, 0]
        let attributes = integer(Int16(0x30)) + integer(Int32(0)) + integer(Int64(0)) + integer(Int64(0))
        let producer = integer(Int64(1)) + integer(Int16(0)) + integer(Int32(-1))
        // Without a checksum, which nobody asks for.
        let rest = integer(Int32(0)) + [2] + integer(Int32(0)) + attributes + producer + integer(Int32(1)) + record
        return integer(Int64(0)) + sized(rest)
    }

    private static func integer(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
    private static func text(_ text: String) -> [UInt8] { integer(Int16(text.utf8.count)) + Array(text.utf8) }
    private static func sized(_ bytes: [UInt8]) -> [UInt8] { integer(Int32(bytes.count)) + bytes }
}
