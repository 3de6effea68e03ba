/// What the router needs to know of a request.
public struct RoutableRequest: Sendable, Hashable {
    public var id: RequestID
    public var village: Village.ID
    public var service: Service.ID
    /// Who declined it or stayed silent.
    public var excluded: Set<Cadre.ID>
    /// How often it has already waited; lengthens the back-off.
    public var attempts: Int32

    public init(
        id: RequestID, village: Village.ID, service: Service.ID, excluded: Set<Cadre.ID> = [], attempts: Int32 = 0
    ) {
        self.id = id
        self.village = village
        self.service = service
        self.excluded = excluded
        self.attempts = attempts
    }
}

/// How many requests each cadre owns at the moment of deciding; 0 for those not named.
public struct CadreLoads: Sendable, Hashable {
    public private(set) var open: [Cadre.ID: Int32]

    public init(open: [Cadre.ID: Int32] = [:]) {
        self.open = open
    }

    public subscript(cadre: Cadre.ID) -> Int32 {
        open[cadre] ?? 0
    }

    /// Counts an assignment (or its end, with a negative count) made in the same batch.
    public mutating func add(_ count: Int32, to cadre: Cadre.ID) {
        open[cadre, default: 0] += count
    }
}
