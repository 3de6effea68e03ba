import Domain
import Synchronization

/// Loads registers.
public protocol RegisterSource: Sendable {
    /// Ids and present register versions of all counties.
    func versions() async throws -> [County.ID: Int64]
    /// The register at a version, or the present one.
    func register(of county: County.ID, version: Int64?) async throws -> Register
}

/// The registers a worker decides with. Each transaction checks their versions; when one is behind, the worker
/// refreshes here and decides again.
public actor RegisterCache {
    public struct Snapshot: Sendable {
        public var registers: [County.ID: Register] = [:]

        public init(registers: [County.ID: Register] = [:]) {
            self.registers = registers
        }

        public var versions: [County.ID: Int64] { registers.mapValues(\.version) }

        /// Finds the county a village code belongs to; nil when none or several have it.
        public func register(ofVillage code: String) -> Register? {
            var found: Register?
            for register in registers.values where register.villageByCode[code] != nil {
                if found != nil { return nil }
                found = register
            }
            return found
        }

        /// Whether any county has a service of this code.
        public func knows(service code: String) -> Bool {
            registers.values.contains { $0.serviceByCode[code] != nil }
        }
    }

    private let source: any RegisterSource
    private var snapshot = Snapshot()
    private var isLoaded = false

    public init(source: any RegisterSource) {
        self.source = source
    }

    /// What is loaded now, without loading anything.
    public var held: Snapshot { snapshot }

    public func current() async throws -> Snapshot {
        if !isLoaded { try await refresh() }
        return snapshot
    }

    /// Loads the counties whose version differs from the one held.
    @discardableResult
    public func refresh() async throws -> Snapshot {
        for (county, version) in try await source.versions() where snapshot.registers[county]?.version != version {
            snapshot.registers[county] = try await source.register(of: county, version: nil)
        }
        isLoaded = true
        return snapshot
    }
}
