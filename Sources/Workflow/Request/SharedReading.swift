import Contracts
import Domain

/// Reads many things with one look.
public protocol BatchReading: RequestReading {
    /// Those that exist, each with its life.
    func requests(_ ids: [RequestID]) async throws -> [RequestID: RequestView]
    /// The keys of the codes that exactly one county has.
    func cadres(codes: [String]) async throws -> [String: Cadre.ID]
}

/// Lets concurrent callers share a look at PostgreSQL without delaying a lone one, as ``GroupCommit`` does for
/// transactions: what each gets was read after it asked.
public struct SharedReading: RequestReading {
    private let reading: any BatchReading
    private let views: GroupCommit<RequestID, RequestView?>
    private let keys: GroupCommit<String, Cadre.ID?>
    private let lists: Turns

    /// - Parameters:
    ///   - maximumPending: more callers than these at a time are refused with ``GroupCommit/Overloaded``.
    ///   - lists: the turns of those who want a list, which is a look of its own and takes a connection each.
    public init(_ reading: any BatchReading, maximumPending: Int, lists: Turns = .bounded(1)) {
        self.reading = reading
        self.lists = lists
        // A view with its events takes some kilobytes: a batch of them is bounded.
        views = GroupCommit(maximumPending: maximumPending, maximumBatch: 200)
        keys = GroupCommit(maximumPending: maximumPending)
    }

    public func request(_ id: RequestID) async throws -> RequestView? { try await views.submit(id) }

    public func cadre(code: String) async throws -> Cadre.ID? { try await keys.submit(code) }

    public func requests(_ filter: RequestFilter) async throws -> RequestPage {
        try await lists.take { try await reading.requests(filter) }
    }

    public func liveFigures() async throws -> LiveFigures { try await reading.liveFigures() }

    /// How many wait for the next look.
    public var waitingCount: Int { views.pendingCount + keys.pendingCount }

    /// Serves until ``stop()``; what waits then is still served.
    public func run() async {
        async let others: Void = keys.run { codes in
            let found = try await reading.cadres(codes: codes)
            return codes.map { found[$0] }
        }
        await views.run { ids in
            let found = try await reading.requests(ids)
            return ids.map { found[$0] }
        }
        await others
    }

    public func stop() {
        views.stop()
        keys.stop()
    }
}
