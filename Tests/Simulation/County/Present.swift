import Domain

/// A request's row as its transaction sees and changes it.
struct Present {
    private(set) var status: RequestStatus
    private(set) var released: [Int] = []

    static func lock(_ ids: Set<RequestID>, in transaction: Transaction) async throws -> [RequestID: Present] {
        var present: [RequestID: Present] = [:]
        for id in ids.sorted() {
            try await transaction.lock(.request(id))
            guard let row = transaction.database.tables.requests[id] else { continue }
            present[id] = Present(status: row.status)
        }
        return present
    }

    mutating func apply(_ transition: Transition, cause: Int32 = 0, in work: inout LaneWork) {
        status = transition.status
        if let cadre = transition.released { released.append(Int(cadre.rawValue)) }
        let event = transition.event
        work.transaction.stage { [status] tables in
            tables.requests[status.id]!.status = status
            if event.type == .reopened { tables.requests[status.id]!.reopenings.append(event.at) }
        }
        work.append(Event(transition.event, cause: cause))
    }

    /// The last locks before COMMIT.
    static func releaseLoads(of requests: some Collection<Present>, in transaction: Transaction) async throws {
        for cadre in requests.flatMap(\.released).sorted() {
            try await transaction.lock(.cadre(cadre))
            transaction.stage { $0.cadres[cadre].open -= 1 }
        }
    }
}
