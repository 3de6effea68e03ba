import CLibpq

/// `copy ... from stdin (format binary)`, in chunks as the socket takes them.
final class CopyExchange: Exchange {
    private enum Phase { case beginning, awaitingInvitation, sending, ending, awaitingAnswer }

    private let command: String
    private let rows: PostgresCopyBuffer
    private var phase = Phase.beginning
    private var sentByteCount = 0
    private var results: [PostgresResult] = []
    private var failure: PostgresFailure?

    private static let chunk = 256 * 1024
    private static let trailer: [UInt8] = [0xFF, 0xFF]

    init(target: String, _ rows: PostgresCopyBuffer) {
        rows.checkComplete()
        command = "copy \(target) from stdin (format binary)"
        self.rows = rows
    }

    func advance(_ link: Link) -> ExchangeStep {
        if phase == .beginning {
            phase = .awaitingInvitation
            link.setPipelineMode(false)
            link.check(PQsendQuery(link.pointer, command))
        }
        if link.lost == nil, phase != .sending { link.flush() }
        while link.lost == nil {
            if phase == .sending || phase == .ending {
                send(link)
                if phase == .sending || phase == .ending { return .waiting }
            }
            switch link.receive() {
            case .nothingYet: return .waiting
            case .end: return .finished(failure.map { .failure($0) } ?? .success(results))
            case .result(let result, let status): take(result, status, link)
            }
        }
        return .waiting
    }

    /// When the server has refused a row it reads on and ignores the rest, so there is no need to look while sending.
    private func send(_ link: Link) {
        if link.wantsWriting, !link.flush() { return }
        rows.bytes.withUnsafeBytes { bytes in
            while link.lost == nil, sentByteCount < bytes.count {
                let count = min(Self.chunk, bytes.count - sentByteCount)
                let start = bytes.baseAddress!.assumingMemoryBound(to: CChar.self) + sentByteCount
                guard put(start, count, link) else { return }
                sentByteCount += count
                if !link.flush() { return }
            }
        }
        guard link.lost == nil, sentByteCount == rows.bytes.count, !link.wantsWriting else { return }
        if phase == .sending {
            let isPut = Self.trailer.withUnsafeBytes {
                put($0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count, link)
            }
            guard isPut else { return }
            phase = .ending
        }
        switch PQputCopyEnd(link.pointer, nil) {
        case 1:
            phase = .awaitingAnswer
            link.flush()
        case 0: link.flush()
        default: link.check(0)
        }
    }

    private func put(_ start: UnsafePointer<CChar>, _ count: Int, _ link: Link) -> Bool {
        switch PQputCopyData(link.pointer, start, Int32(count)) {
        case 1: return true
        case 0:
            link.flush()
            return false
        default:
            link.check(0)
            return false
        }
    }

    private func take(_ result: OpaquePointer, _ status: ExecStatusType, _ link: Link) {
        switch status {
        case PGRES_COPY_IN:
            phase = .sending
            PQclear(result)
        case PGRES_COMMAND_OK: results.append(PostgresResult(result))
        case PGRES_FATAL_ERROR:
            let (error, endsConnection) = ServerError.read(result)
            PQclear(result)
            if endsConnection || PQstatus(link.pointer) == CONNECTION_BAD {
                link.lose(error.kind == .unavailable ? error : PostgresFailure(.unavailable, error.message))
            } else if failure == nil {
                failure = error
            }
        default:
            PQclear(result)
            link.lose(PostgresFailure(.other, "the server answered copy with \(String(cString: PQresStatus(status)))"))
        }
    }
}
