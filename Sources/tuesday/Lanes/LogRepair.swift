import KafkaClient
import Messaging
import PostgresClient
import Runtime
import Store
import Workflow

/// Puts onto a Kafka log what its groups still have to read of what PostgreSQL knows.
///
/// Committed first and published afterwards: whatever stops the publishing, a worker goes on with it.
struct LogRepair: Sendable {
    let places: BrokerPlaces
    let producer: KafkaProducer
    let owner: String
    let console: Console

    private var keeper: LaneStore { LaneStore(pool: places.pool) }

    /// What was committed and is to be published.
    struct Begun: Sendable {
        let ticket: LaneTicket
        let outcome: RepairOutcome
    }

    func begin(
        _ scope: RepairScope, because: String, resetting positions: [LanePosition] = []
    ) async throws -> Begun {
        let borrowed = try await keeper.borrow(pool: "tuesday/repair", owner: owner)
        let (ticket, outcome) = try await RepairTransactions(pool: places.pool).repair(
            scope, because: because, log: places.log, resetting: positions, ticket: borrowed)
        return Begun(ticket: ticket, outcome: outcome)
    }

    /// Publishes again what no group of ours reads.
    func republish(all: Bool) async throws {
        let republishing = Republishing(store: keeper, sink: KafkaSink(producer: producer), owner: owner)
        for kind in RepublishedKind.allCases {
            console.say("\(try await republishing.republish(kind, all: all)) \(kind.words) published again")
        }
    }

    /// Returns when everything is published; says now and then what it waits for.
    func publish(_ begun: Begun) async throws {
        var toldAt = ContinuousClock.now
        let isEmbedded = try await places.admin.clusterID()?.hasPrefix("mockCluster") == true
        try await PacedPublishing(
            keeper: keeper, sink: KafkaSink(producer: producer), pace: isEmbedded ? .embedded : .durable
        ).run(
            begun.ticket, lag: { try await places.slowest() },
            progress: { progress in
                if case .published(let count, let total) = progress {
                    console.progress("\(count) of \(total) messages published again")
                }
                guard ContinuousClock.now - toldAt > .seconds(10) else { return }
                toldAt = .now
                switch progress {
                case .published(let count, let total): console.say("\(count) of \(total) messages published again")
                case .waiting(let lag): console.say("waiting for \(lag.place), which is \(lag.records) records behind")
                }
            })
    }
}
