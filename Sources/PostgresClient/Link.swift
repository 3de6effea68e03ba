import CLibpq

/// One open libpq connection and what is known about it. Lives behind its `PostgresConnection`'s lock.
///
/// A lost link stays lost: `lost` says why, and nothing more is sent.
final class Link {
    let pointer: OpaquePointer
    let socket: Int32
    let notices: NoticeBox
    /// Why the connection is of no more use; nil while it is.
    private(set) var lost: PostgresFailure?
    /// Whether there are bytes that the socket has not taken yet.
    private(set) var wantsWriting = false
    /// How many bytes of calls were handed to libpq since the last flush.
    var unflushedByteCount = 0

    private var preparedNames: [PreparedKey: String] = [:]
    private var preparedCount = 0
    private static let preparedBound = 1000
    private var encoder = ParameterEncoder()

    /// A prepared statement is its text and its parameters' types.
    struct PreparedKey: Hashable {
        let sql: String
        let types: [UInt32]
    }

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        socket = PQsocket(pointer)
        notices = NoticeBox()
        // The box lives as long as the link, and the link closes the connection before it goes.
        PQsetNoticeReceiver(
            pointer, { NoticeBox.receive($0, $1) }, Unmanaged.passUnretained(notices).toOpaque())
    }

    deinit { PQfinish(pointer) }

    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(pointer) }

    /// The first reason stays.
    func lose(_ reason: PostgresFailure) {
        if lost == nil { lost = reason }
    }

    private func loseToLibpq() {
        let message = ServerError.oneLine(String(cString: PQerrorMessage(pointer)))
        lose(PostgresFailure(.unavailable, message.isEmpty ? "the connection was lost" : message))
    }

    /// Reads what has arrived. False when the server has closed; what arrived before can still be received.
    func consume() -> Bool { PQconsumeInput(pointer) == 1 }

    func loseAfterClose() { loseToLibpq() }

    /// Hands bytes to the socket. True when all of them went.
    @discardableResult
    func flush() -> Bool {
        unflushedByteCount = 0
        switch PQflush(pointer) {
        case 0: wantsWriting = false
        case 1: wantsWriting = true
        default:
            wantsWriting = false
            loseToLibpq()
        }
        return !wantsWriting && lost == nil
    }

    /// The next result if it is there; `.none` when nothing more is until more is read.
    enum Received {
        case nothingYet
        case end
        case result(OpaquePointer, ExecStatusType)
    }

    func receive() -> Received {
        guard PQisBusy(pointer) == 0 else { return .nothingYet }
        guard let result = PQgetResult(pointer) else { return .end }
        return .result(result, PQresultStatus(result))
    }

    /// Queues a call, and its preparation when this is the statement's first use. Returns what was newly prepared.
    func send(_ call: PostgresCall) -> PreparedKey? {
        encoder.encode(call.parameters)
        unflushedByteCount += encoder.byteCount + 64
        guard call.statement.isPrepared else {
            sendText(call)
            return nil
        }
        let key = PreparedKey(sql: call.statement.sql, types: encoder.types)
        if let name = preparedNames[key] {
            sendPrepared(name)
            return nil
        }
        guard preparedNames.count < Self.preparedBound else {
            sendText(call)
            return nil
        }
        preparedCount += 1
        let name = "s\(preparedCount)_" + String(Fingerprint.of(call.statement.sql), radix: 16)
        preparedNames[key] = name
        unflushedByteCount += call.statement.sql.utf8.count
        check(PQsendPrepare(pointer, name, call.statement.sql, Int32(key.types.count), key.types))
        sendPrepared(name)
        return key
    }

    /// The preparation failed or was skipped: the next use prepares again.
    func forget(_ key: PreparedKey) { preparedNames[key] = nil }

    private func sendPrepared(_ name: String) {
        encoder.withPointers { count, values, lengths, formats, _ in
            check(PQsendQueryPrepared(pointer, name, count, values, lengths, formats, 1))
        }
    }

    private func sendText(_ call: PostgresCall) {
        unflushedByteCount += call.statement.sql.utf8.count
        encoder.withPointers { count, values, lengths, formats, types in
            check(PQsendQueryParams(pointer, call.statement.sql, count, types, values, lengths, formats, 1))
        }
    }

    /// Turns pipeline mode on or off; off only when every answer has been received.
    func setPipelineMode(_ on: Bool) {
        let isOn = PQpipelineStatus(pointer) != PQ_PIPELINE_OFF
        guard isOn != on else { return }
        check(on ? PQenterPipelineMode(pointer) : PQexitPipelineMode(pointer))
    }

    /// libpq's sending functions answer 0 when they could not even queue.
    func check(_ code: Int32) {
        if code != 1 { loseToLibpq() }
    }
}

/// FNV-1a, so that a prepared statement can be recognised in `pg_prepared_statements` across connections.
enum Fingerprint {
    static func of(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
