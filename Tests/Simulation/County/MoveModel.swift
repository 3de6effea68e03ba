import Workflow

/// A client's wish to change a request.
struct MoveCall: Sendable {
    var request: Int32
    var kind: EventKind
    /// The number of the call, which the event carries.
    var cause: Int32
}

enum MoveAnswer: Sendable {
    case done, refused
}

/// Moves of people: requests locked by id, decided one after the other, loads given back last.
struct MoveModel {
    let world: World
    let process: SimulatedProcess

    func move(_ calls: [MoveCall], on lane: PoolLane) async throws -> [MoveAnswer] {
        try await lane.transact { ticket, prepared in
            var answers: [MoveAnswer] = []
            return try await LaneWork.run(
                world.database, process, ticket, prepare: { prepared.set($0, answers) }
            ) { work in
                answers = []
                var present = try await Present.lock(Set(calls.map(\.request)), in: work.transaction)
                for call in calls {
                    guard var request = present[call.request], request.allows(call.kind) else {
                        answers.append(.refused)
                        continue
                    }
                    request.apply(call.kind, cause: call.cause, in: &work)
                    present[call.request] = request
                    answers.append(.done)
                }
                try await Present.releaseLoads(of: present.values, in: work.transaction)
            }
        }
    }
}

/// A request's row as its transaction sees and changes it.
struct Present {
    let id: Int32
    private(set) var state: RequestState
    private(set) var owner: Int?
    private(set) var lastSeq: Int32
    private(set) var released: [Int] = []

    static func lock(_ ids: Set<Int32>, in transaction: Transaction) async throws -> [Int32: Present] {
        var present: [Int32: Present] = [:]
        for id in ids.sorted() {
            try await transaction.lock(.request(id))
            guard let row = transaction.database.tables.requests[id] else { continue }
            present[id] = Present(id: id, state: row.state, owner: row.owner, lastSeq: row.lastSeq)
        }
        return present
    }

    func allows(_ kind: EventKind) -> Bool {
        switch kind {
        case .received: false
        case .assigned, .waits: state == .waiting
        case .acknowledged: state == .assigned
        case .declined, .resolved: state == .assigned || state == .acknowledged
        case .withdrawn, .breached: state.isOpen
        }
    }

    mutating func apply(_ kind: EventKind, cadre: Int? = nil, cause: Int32 = 0, in work: inout LaneWork) {
        lastSeq += 1
        switch kind {
        case .assigned: (state, owner) = (.assigned, cadre)
        case .acknowledged: state = .acknowledged
        case .declined: leave(to: .waiting)
        case .resolved: leave(to: .resolved)
        case .withdrawn: leave(to: .withdrawn)
        case .received, .waits, .breached: break
        }
        let (id, state, owner) = (id, state, owner)
        work.transaction.stage { tables in
            tables.requests[id]!.state = state
            tables.requests[id]!.owner = owner
            tables.requests[id]!.isParkedForRoom = kind == .waits || (kind == .breached && tables.requests[id]!.isParkedForRoom)
        }
        work.append(Event(request: id, seq: lastSeq, kind: kind, cadre: Int8(cadre ?? -1), cause: cause))
    }

    private mutating func leave(to state: RequestState) {
        if let owner { released.append(owner) }
        (self.state, owner) = (state, nil)
    }

    /// The last locks before COMMIT.
    static func releaseLoads(of requests: some Collection<Present>, in transaction: Transaction) async throws {
        for cadre in requests.flatMap(\.released).sorted() {
            try await transaction.lock(.cadre(cadre))
            transaction.stage { $0.cadres[cadre].open -= 1 }
        }
    }
}
