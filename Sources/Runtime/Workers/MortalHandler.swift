#if FAILPOINTS
    import Contracts
    import Failpoints
    import Workflow

    /// A handler that dies of the records a test says it dies of.
    struct MortalHandler: BatchHandler {
        let handler: any BatchHandler

        func handle(
            _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
        ) async throws -> LaneCommit {
            for record in records { survive(record.valueBytes) }
            return try await handler.handle(records, from: origin, ticket: ticket)
        }

        func bootstrap(ticket: LaneTicket, upTo low: Int64, progressed: @Sendable () -> Void) async throws {
            try await handler.bootstrap(ticket: ticket, upTo: low, progressed: progressed)
        }
    }
#endif
