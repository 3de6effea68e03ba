import CLibpq

/// Many statements in one text, by the simple protocol; the first that fails ends the text.
final class ScriptExchange: Exchange {
    private let script: String
    private var hasBegun = false
    private var failure: PostgresFailure?

    init(_ script: String) { self.script = script }

    func advance(_ link: Link) -> ExchangeStep {
        if !hasBegun {
            hasBegun = true
            link.setPipelineMode(false)
            link.check(PQsendQuery(link.pointer, script))
        }
        guard link.lost == nil else { return .waiting }
        link.flush()
        while link.lost == nil {
            switch link.receive() {
            case .nothingYet: return .waiting
            case .end: return .finished(failure.map { .failure($0) } ?? .success([]))
            case .result(let result, let status):
                take(result, status, link)
                PQclear(result)
            }
        }
        return .waiting
    }

    private func take(_ result: OpaquePointer, _ status: ExecStatusType, _ link: Link) {
        switch status {
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            link.lose(PostgresFailure(.other, "a script cannot contain copy from stdin or to stdout; use copy(into:_:)"))
        case PGRES_FATAL_ERROR:
            let (error, endsConnection) = ServerError.read(result)
            if endsConnection || PQstatus(link.pointer) == CONNECTION_BAD {
                link.lose(error.kind == .unavailable ? error : PostgresFailure(.unavailable, error.message))
            } else if failure == nil {
                failure = error
            }
        default: break
        }
    }
}
