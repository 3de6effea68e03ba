import Chance
import Contracts
import Foundation

/// Brokers that answer with errors, and late.
extension Trouble {
    /// Errors that one run is about.
    private static let errorsInOneRun = 3
    private static let rounds = 4
    /// Answers in one round: one of each broker, or all of a group's coordinator.
    private static let answers = BrokerProcess.brokerCount

    /// A dozen of each error whose turn it is.
    func answerWithErrors(turn: UInt64, _ random: inout SeededRandom) async throws {
        let errors = BrokerError.turn(turn, Self.errorsInOneRun)
        let name = "TUESDAY_RDKAFKA_MAX_IN_FLIGHT"
        if errors.contains(where: { $0.request == .produce }) { try await restart(with: [name: "1"]) }
        // Whoever is started from now on is as usual.
        defer { for slot in installation.slots { slot.set([name: nil]) } }
        for error in errors {
            let coordinator = random.between(1, BrokerProcess.brokerCount)
            if error.request.isOfGroup {
                for group in ConsumerGroup.allCases {
                    try await installation.broker.tell("coordinator \(group.rawValue) \(coordinator)")
                }
                // The harness's own group is not what this is about.
                try await installation.broker.tell("coordinator faults \(coordinator % BrokerProcess.brokerCount + 1)")
            }
            for _ in 0..<Self.rounds {
                for number in 1...Self.answers {
                    let broker = error.request.isOfGroup ? coordinator : number
                    try await orders.give(
                        "error \(error.request.rawValue) \(error.code) \(broker)", to: broker,
                        request: error.request.rawValue,
                        counting: "broker-errors \(error.words) brokers", installation)
                }
                // Who comes back joins the group, and asks for its coordinator and for a producer's number.
                if error.request.isOfStart { slot(&random).signal(SIGKILL) }
                try await awaitAnswers(error.request.rawValue, within: error.request.isOfStart ? 6_000 : 3_000)
            }
        }
    }

    /// Brokers refuse what comes after a batch that they refused, and producers rely on it: when the second of two batches under way
    /// is acknowledged, so is the first. These brokers look at no sequence, and would make that wrong; so there may be only one.
    private func restart(with variables: [String: String?]) async throws {
        for slot in installation.slots {
            slot.set(variables)
            slot.signal(SIGKILL)
        }
        try await sleep(300)
        try await installation.awaitReady(within: .seconds(60))
    }

    /// Written, and acknowledged after the producer has given up waiting.
    func delayAcknowledgements(_ random: inout SeededRandom) async throws {
        for _ in 0..<3 {
            for broker in 1...BrokerProcess.brokerCount {
                for _ in 0..<random.between(1, 4) {
                    try await orders.give(
                        "delay 0 1 3500 \(broker)", to: broker, request: 0, counting: "produce-unacknowledged - brokers",
                        installation)
                }
            }
            try await sleep(random.between(1_000, 3_000))
        }
        try await awaitAnswers(0, within: 1_000)
    }

    /// Returns when all were given, or the time is over: the rest comes when somebody asks.
    private func awaitAnswers(_ request: Int, within milliseconds: Int) async throws {
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        while try await orders.settle(request, in: installation) > 0, ContinuousClock.now < deadline { try await sleep(60) }
    }
}
