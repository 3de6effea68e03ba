import Contracts
import Workflow

/// One partition of the simulated log. The low end moves up when retention, or a broker in memory, drops records.
struct PartitionLog {
    /// Raised when the topic is deleted and made anew.
    var incarnation: Int64 = 0
    var low: Int64 = 0
    var records: [IncomingRecord] = []

    var high: Int64 { Int64(records.count) }

    /// A record says by its timestamp, which nobody looks at, in which incarnation it stood.
    mutating func append(_ message: OutgoingMessage) {
        records.append(
            IncomingRecord(
                offset: high, key: message.key, value: message.value, headers: message.headers, timestamp: incarnation))
    }
}

/// The simulated Kafka: logs that may repeat and swap records, and a coordinator that shares out partitions.
// @unchecked: touched by the executor's one thread only.
final class SimulatedKafka: @unchecked Sendable {
    unowned let world: World
    var submissions: [PartitionLog]
    var requests: [PartitionLog]
    /// Everything that ever reached the topic of requests, by `ce_id`.
    private(set) var published: Set<String> = []
    /// Everything that ever reached the topics without partitions of interest, by `ce_id`.
    var others: [Topic: Set<String>] = [:]
    private(set) var isDown = false
    let changes = Signal()
    /// Who reads a partition of a group, as the coordinator sees it.
    private var owners: [Tables.ConsumerKey: SimulatedSource] = [:]

    init(_ world: World) {
        self.world = world
        submissions = [PartitionLog()]
        requests = Array(repeating: PartitionLog(), count: world.plan.partitions)
    }

    func log(_ topic: String, _ partition: Int32) -> PartitionLog {
        topic == Topic.submissions.rawValue ? submissions[Int(partition)] : requests[Int(partition)]
    }

    func append(_ message: OutgoingMessage) {
        switch message.topic {
        case .requests:
            requests[Int(message.key?.last ?? 0) % requests.count].append(message)
            if let name = message.headers.first?.value { published.insert(name) }
        case .submissions: submissions[0].append(message)
        default: others[message.topic, default: []].insert(message.headers[0].value)
        }
        changes.notify()
    }

    func takeDown() { isDown = true }

    func bringUp() {
        isDown = false
        changes.notify()
    }

    /// Drops the oldest records of a partition, read or not.
    func truncate(_ partition: Int) {
        let log = requests[partition]
        guard log.low < log.high else { return }
        requests[partition].low = log.low + Int64(world.random.between(1, Int(log.high - log.low)))
        changes.notify()
    }

    /// Deletes the topic of requests and makes it anew, with everything in it gone.
    ///
    /// - Parameter isRefilled: somebody else's records, as many as there were and more, are there before anybody fetches
    ///   again: every offset that a lane may stand at exists.
    func recreate(isRefilled: Bool) {
        for partition in requests.indices {
            let former = requests[partition]
            var log = PartitionLog(incarnation: former.incarnation + 1)
            for _ in 0..<(isRefilled ? Int(former.high) + world.random.between(1, 3) : 0) {
                log.append(
                    OutgoingMessage(
                        topic: .requests, laneSeq: 0, key: nil, value: [1], headers: [.init("ce_id", "x-\(world.number())")],
                        at: 0))
            }
            requests[partition] = log
        }
        changes.notify()
    }

    // MARK: the coordinator

    /// Gives every partition a member: one that lives, and another one than before when `moving`.
    func rebalance(moving: Bool = false) {
        let members = world.processes.filter { $0.state == .running }
        guard !members.isEmpty else { return }
        for key in world.plan.consumers {
            let present = owners[key]
            if let present, present.process.state == .running, present.believesAssigned, !present.hasEnded, !moving { continue }
            let candidates = members.filter { $0 !== present?.process || members.count == 1 }
            assign(key, to: candidates[world.random.below(candidates.count)])
        }
    }

    private func assign(_ key: Tables.ConsumerKey, to process: SimulatedProcess) {
        let former = owners[key]
        let source = SimulatedSource(world: world, process: process, key: key)
        owners[key] = source
        let isPolite = former?.process.state == .running && world.random.below(3) > 0
        Task {
            if let former {
                if isPolite {
                    // The member is asked, and the coordinator waits for it, but not for ever.
                    former.revoke()
                    await former.ended(within: 5_000)
                } else if former.process.state == .running {
                    // It will only learn later that the group has gone on without it.
                    Task {
                        await VirtualExecutor.sleep(milliseconds: Int64(world.random.between(0, 3_000)))
                        former.revoke()
                    }
                }
            }
            // An assignment that is carried out late may meet another claim that came after it.
            await VirtualExecutor.sleep(milliseconds: Int64(world.random.below(4) == 0 ? world.random.between(0, 4_000) : 0))
            source.run()
        }
    }

    /// A member that was stopped comes back and hears after a while that it had been thrown out.
    func returned(_ process: SimulatedProcess) {
        for source in process.consuming.keys where owners[source.key] !== source {
            Task {
                await VirtualExecutor.sleep(milliseconds: Int64(world.random.between(0, 2_000)))
                source.revoke()
            }
        }
    }
}
