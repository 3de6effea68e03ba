import Chance
import Contracts
import Foundation
import TestSupport

/// Topics that lose everything at once.
extension Trouble {
    /// Every topic is empty; each lane that had read from one stands still and asks for an operator, who does what the
    /// runbook says, and does it again because his tool has died the first time, and did not hear what it had done the second.
    ///
    /// Half of the times workers are started anew afterwards, which find their lanes elsewhere; the other half they go on, and
    /// what they know as the brokers answers differently from one moment to the next.
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
        try await installation.replaceBrokers(
            isTakenForTheSame: isTakenForTheSame, incarnation: isTakenForTheSame || doWorkersGoOn ? nil : incarnation)
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
        cover("\(fault.rawValue) \(isSomebodyNew ? "-" : "at-work") brokers")
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
