import Chance
import Contracts
import Foundation
import KafkaClient
import TestSupport

/// Topics that lose everything at once.
extension Trouble {
    /// Every topic is empty; each lane that had read from one stands still and asks for an operator, who does what the
    /// runbook says, and does it again because his tool has died the first time, and did not hear what it had done the second.
    ///
    /// Half of the times workers are started anew afterwards, which find their lanes elsewhere, or, of topics that were made anew
    /// and have grown since, other records where they were; the other half they go on, and what they know as the brokers
    /// answers differently from one moment to the next.
    func replaceBrokers(_ fault: Fault, turn: UInt64, isAlone: Bool, _ random: inout SeededRandom) async throws {
        let isTakenForTheSame = fault == .topicRecreated
        let (doWorkersGoOn, incarnation) = (random.below(2) == 0, String(random.next(), radix: 16))
        let verb = isTakenForTheSame ? "lanes-recover" : "topics-rebuild"
        let site = Sites.ofTool(verb, turn: turn)
        // Who has read nothing yet misses nothing.
        try await eventually("every group that reads events has read some", within: .seconds(40)) {
            Set(try await LostLane.all(in: installation).map(\.group)).subtracting([ConsumerGroup.intake.rawValue]).count == 3
        }
        if doWorkersGoOn { try await pauseWorkers() } else { try await stopWorkers() }
        let lost = try await LostLane.all(in: installation)
        guard let log = lost.first?.log else { throw HarnessFailure("no lane has read what is about to be lost") }
        // Who goes on has been told what the former ones are called.
        let haveSameID = try await installation.replaceBrokers(
            isTakenForTheSame: isTakenForTheSame, incarnation: isTakenForTheSame || doWorkersGoOn ? nil : incarnation)
        let haveGrown = isTakenForTheSame && !doWorkersGoOn && random.below(2) == 0 ? try await grow(past: lost) : false
        let started = installation.slots.map(\.startedCount)
        for slot in installation.slots {
            slot.arm("", planted: planted)
            slot.want(true)
            slot.signal(SIGCONT)
        }
        if isTakenForTheSame {
            try await awaitStop(of: lost)
        } else {
            try await awaitAlarms("tuesday topics rebuild", within: .seconds(doWorkersGoOn ? 110 : 60))
        }
        // Who goes on ends what he was about; what he then reads of the new topics are true records as well.
        if !doWorkersGoOn, let moved = LostLane.moved(lost, now: try await LostLane.lanes(ofLog: log, in: installation)).first {
            throw ScenarioFailure(moved)
        }
        if let begun = try await LostLane.lanes(afterLog: log, in: installation).first {
            throw ScenarioFailure("I8: \(begun.group) began to read \(begun.topic) before it was rebuilt")
        }
        // Who noticed it is who had worked with the former ones.
        let isSomebodyNew = installation.slots.map(\.startedCount) != started
        // Of other brokers workers may hear that they are others, before they miss anything.
        if !isTakenForTheSame || haveSameID { cover("\(fault.rawValue) \(isSomebodyNew ? "-" : "at-work") brokers") }
        if haveGrown { cover("\(fault.rawValue) grown brokers") }
        for (group, lanes) in Dictionary(grouping: lost, by: \.group) {
            cover("\(fault.rawValue) noticed \(group)", lanes.count)
        }
        let words = verb.split(separator: "-").map(String.init)
        await killTool(verb, words, at: site)
        // A rebuild looks up its log in a transaction of its own.
        try await confuseTool(verb, words, commits: isTakenForTheSame ? 1 : 2, turn: turn) {
            try await operate(words, isAlone: isAlone)
        }
        try await sendLostAgain(fault)
    }

    /// Fills partitions until the lanes that were lost stand between records, of which only one tells that they are others.
    ///
    /// - Returns: whether it was done; where lanes had read very much, it is left.
    private func grow(past lost: [LostLane]) async throws -> Bool {
        guard lost.allSatisfy({ $0.nextOffset < Self.mostGrown }),
            let event = try await unknownEvent(), let submission = try await unknownSubmission()
        else { return false }
        let ends = Dictionary(lost.map { (KafkaPartition(topic: $0.topic, partition: $0.partition), $0.nextOffset) }) { max($0, $1) }
        for (partition, end) in ends.sorted(by: { $0.key < $1.key }) {
            var message = partition.topic == Topic.requests.rawValue ? event : submission
            message.partition = partition.partition
            try await deliver(Array(repeating: message, count: Int(end) + Self.grownBeyond))
        }
        return true
    }

    /// Offsets up to which partitions are filled, and by how much more than lanes had read.
    private static let (mostGrown, grownBeyond): (Int64, Int) = (4_000, 5)

    /// An event that no lane knows its place by.
    private func unknownEvent() async throws -> KafkaMessage? {
        try await events(
            """
            where not exists (
                select from tuesday.lane
                where request_id || '-' || seq in (last_ce_id, anchor_ce_id))
            limit 1
            """
        ).first.map(Self.message)
    }

    /// A submission that no lane knows its place by, of those that became requests.
    private func unknownSubmission() async throws -> KafkaMessage? {
        let sources = try await installation.texts(
            """
            select source_id
            from personal.submission
            where channel = 'gateway' and not exists (
                select from tuesday.lane where source_id in (last_ce_id, anchor_ce_id))
            """)
        let messages = history.certainMessages
        return sources.lazy.compactMap { messages[$0] }.first
    }

    /// Stops every worker where it is; what they have sent to the brokers is there when it returns.
    private func pauseWorkers() async throws {
        for slot in installation.slots { slot.signal(SIGSTOP) }
        // Nothing tells when the brokers have read these sockets to their end.
        try await sleep(300)
    }

    /// Ends every worker, and what it had begun: no lane moves until the next ones are started.
    func stopWorkers() async throws {
        for slot in installation.slots { slot.want(false) }
        for slot in installation.slots {
            try await eventually("\(slot.name) is gone", within: .seconds(20)) {
                slot.signal(SIGKILL)
                return !slot.isRunning
            }
        }
        try await eventually("PostgreSQL has ended what workers had begun", within: .seconds(20)) {
            try await installation.count(
                """
                select count(*)
                from pg_stat_activity
                where datname = current_database() and usename like 'tuesday\\_%'
                """) == 0
        }
    }

    /// One of the two copies has the lane, and says that it stopped.
    private func awaitStop(of lost: [LostLane]) async throws {
        for lane in lost {
            try await eventually("\(lane.group) stops at \(lane.topic) \(lane.partition)", within: .seconds(60)) {
                for slot in installation.slots(of: lane.group) {
                    guard let (isReady, text) = await HTTP.readiness(slot.adminPort), !isReady else { continue }
                    if text.contains(lane.complaint), text.contains("tuesday lanes recover") { return true }
                }
                return false
            }
        }
    }

    /// Nobody joins his group before the new log was filled.
    ///
    /// - Parameter limit: who has lost nothing that he knows of asks the brokers only once a minute who they are.
    private func awaitAlarms(_ verb: String, within limit: Duration) async throws {
        for slot in installation.slots {
            try await eventually("\(slot.name) asks for `\(verb)`", within: limit) {
                guard let (isReady, text) = await HTTP.readiness(slot.adminPort) else { return false }
                return !isReady && text.contains(verb)
            }
        }
    }
}
