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
    ///
    /// - Parameter isAlone: nothing else goes wrong in the run; otherwise nobody knows who was given an error, and none is counted.
    func answerWithErrors(turn: UInt64, isAlone: Bool, _ random: inout SeededRandom) async throws {
        let errors = BrokerError.turn(turn, Self.errorsInOneRun)
        // The errors are for the workers: nobody else may ask for what brokers answer with them.
        await installation.topics.pause()
        installation.holdGateways(true)
        defer {
            orders.countNoMore()
            installation.holdGateways(false)
            // Whoever is started from now on is as usual.
            for slot in installation.slots { slot.set(Self.producerSettings.mapValues { _ in nil }) }
        }
        do {
            var settings: [String: String] = [:]
            for error in errors {
                if settings != Self.settings(for: error) {
                    settings = Self.settings(for: error)
                    try await restart(with: settings)
                }
                try await answer(with: error, isCounted: isAlone, &random)
            }
        } catch {
            try await installation.topics.resume()
            throw error
        }
        try await installation.topics.resume()
    }

    private func answer(with error: BrokerError, isCounted: Bool, _ random: inout SeededRandom) async throws {
        let coordinator = random.between(1, BrokerProcess.brokerCount)
        if error.request.isOfGroup {
            for group in ConsumerGroup.allCases {
                try await installation.broker.tell("coordinator \(group.rawValue) \(coordinator)")
            }
        }
        for _ in 0..<Self.rounds {
            for number in 1...Self.answers {
                let broker = error.request.isOfGroup ? coordinator : number
                try await orders.give(
                    "error \(error.request.rawValue) \(error.code) \(broker)", to: broker, request: error.request.rawValue,
                    counting: isCounted ? "broker-errors \(error.words) brokers" : nil, installation)
            }
            // Who comes back joins the group, and asks for its coordinator and for a producer's number.
            if error.request.isOfStart { slot(&random).signal(SIGKILL) }
            try await awaitAnswers(error.request.rawValue, within: error.request.isOfStart ? 6_000 : 3_000)
        }
    }

    private static let producerSettings = [
        "TUESDAY_RDKAFKA_MAX_IN_FLIGHT": "1", "TUESDAY_RDKAFKA_ENABLE_IDEMPOTENCE": "false",
    ]

    /// What producers must be told where brokers look at no sequence.
    ///
    /// Real ones refuse what comes after a batch that they refused, and producers rely on it: when the second of two batches is
    /// acknowledged, they take the first for written. So there may be only one under way; and since the next one waits behind
    /// it already, nobody may rely on sequences, unless the producer fails all it has and ends.
    private static func settings(for error: BrokerError) -> [String: String] {
        guard error.request == .produce else { return [:] }
        return producerSettings.filter { !error.endsIdempotentProducer || $0.key != "TUESDAY_RDKAFKA_ENABLE_IDEMPOTENCE" }
    }

    /// - Parameter settings: the others of ``producerSettings`` are as usual.
    private func restart(with settings: [String: String]) async throws {
        for slot in installation.slots {
            slot.set(Dictionary(uniqueKeysWithValues: Self.producerSettings.keys.map { ($0, settings[$0]) }))
            slot.signal(SIGKILL)
        }
        try await sleep(300)
        try await installation.awaitReady(within: .seconds(60), unless: { away.contains($0.name) })
    }

    /// Written, and acknowledged after the producer has given up waiting.
    ///
    /// No broker is told to be late again before it has been: nobody can take it back, and what piled up would be given after
    /// the healing, one time-out after the other, for longer than everything may take then.
    ///
    /// - Parameter isAlone: nothing else goes wrong in the run; otherwise nobody knows who was made to wait, and none is counted.
    func delayAcknowledgements(isAlone: Bool, _ random: inout SeededRandom) async throws {
        // It is workers who shall wait.
        installation.holdGateways(true)
        defer {
            orders.countNoMore()
            installation.holdGateways(false)
        }
        for _ in 0..<3 {
            for broker in 1...BrokerProcess.brokerCount {
                let count = random.between(1, 4)
                guard try await installation.broker.tell("pending 0 \(broker)") ?? 0 == 0 else { continue }
                for _ in 0..<count {
                    try await orders.give(
                        "delay 0 1 5500 \(broker)", to: broker, request: 0,
                        counting: isAlone ? "produce-unacknowledged - brokers" : nil, installation)
                }
            }
            try await sleep(random.between(1_000, 3_000))
        }
        try await awaitAnswers(0, within: 3_000)
    }

    /// Returns when all were given, or the time is over: the rest comes when somebody asks.
    private func awaitAnswers(_ request: Int, within milliseconds: Int) async throws {
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        while try await orders.settle(request, in: installation) > 0, ContinuousClock.now < deadline { try await sleep(60) }
    }
}
