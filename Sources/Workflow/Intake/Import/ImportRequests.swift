import Contracts
import Domain

/// What an import of requests did.
public struct RequestImportTally: Sendable {
    /// Rows taken to the database so far.
    public var doneCount = 0
    public var acceptedCount = 0
    /// Accepted by an earlier import, or by an earlier row.
    public var repeatedCount = 0
    /// Of the accepted, with an answer.
    public var resolvedCount = 0
    /// Of the accepted, answered too late or overdue.
    public var breachedCount = 0
    /// Rows whose source id was accepted earlier with another content; they were left out.
    public var conflicts: [RequestRow] = []
    /// Accepted, by service code.
    public var acceptedByService: [String: Int] = [:]

    public init() {}

    mutating func count(_ row: RequestRow, _ outcome: AcceptOutcome) {
        doneCount += 1
        switch outcome {
        case .repeated: repeatedCount += 1
        case .conflict: conflicts.append(row)
        case .accepted:
            acceptedCount += 1
            acceptedByService[row.submission.submission.service, default: 0] += 1
            if row.submission.history?.resolvedAt != nil { resolvedCount += 1 }
            if row.submission.history?.isBreached == true { breachedCount += 1 }
        }
    }
}

/// Why an import stopped before its end. What was accepted stays; importing the files again goes on.
public struct RequestImportStopped: Error, CustomStringConvertible {
    public let tally: RequestImportTally
    public let reason: String

    public var description: String {
        "\(reason). \(tally.acceptedCount) requests were accepted and stay; import the same files again to go on"
    }
}

/// Accepts rows that were read and checked, a batch in a transaction.
///
/// Any row may be brought again: its source id is accepted once.
public struct ImportRequests: Sendable {
    private let accept: AcceptSubmissions
    private let registers: RegisterCache
    private let lane: PoolLane
    private let batchSize: Int

    public init(accept: AcceptSubmissions, registers: RegisterCache, lane: PoolLane, batchSize: Int = 2_000) {
        self.accept = accept
        self.registers = registers
        self.lane = lane
        self.batchSize = batchSize
    }

    /// - Parameters:
    ///   - checkedAgainst: the registers the rows were read with.
    ///   - progress: called after each batch.
    /// - Throws: ``RequestImportStopped``.
    public func callAsFunction(
        _ rows: [RequestRow], checkedAgainst: RegisterCache.Snapshot, progress: (RequestImportTally) -> Void = { _ in }
    ) async throws -> RequestImportTally {
        var tally = RequestImportTally()
        var snapshot = checkedAgainst
        while tally.doneCount < rows.count {
            let batch = rows[tally.doneCount..<min(tally.doneCount + batchSize, rows.count)]
            do {
                let outcomes = try await accept.accept(
                    valid: batch.map(\.submission), checkedAgainst: snapshot, lane: lane)
                for (row, outcome) in zip(batch, outcomes) { tally.count(row, outcome) }
                progress(tally)
            } catch LaneFault.registerChanged {
                let present = try await registers.refresh()
                guard Self.hasSamePlacesAndServices(present, checkedAgainst) else {
                    throw RequestImportStopped(
                        tally: tally, reason: "The register's places or services changed during the import")
                }
                snapshot = present
            } catch let fault as LaneFault {
                throw RequestImportStopped(tally: tally, reason: "\(fault)")
            }
        }
        return tally
    }

    /// Cadres may come and go during an import; what its rows were checked against may not.
    private static func hasSamePlacesAndServices(
        _ left: RegisterCache.Snapshot, _ right: RegisterCache.Snapshot
    ) -> Bool {
        left.registers.count == right.registers.count
            && left.registers.allSatisfy { county, register in
                guard let other = right.registers[county] else { return false }
                return register.villages == other.villages && register.services == other.services
            }
    }
}
