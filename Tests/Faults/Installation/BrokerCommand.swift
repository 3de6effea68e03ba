import ArgumentParser
import Contracts
import Foundation
import KafkaClient

/// The embedded broker in a process of its own, told by lines on standard input what to do wrong.
struct BrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "broker", shouldDisplay: false)

    @Option var brokers = 3
    @Option var partitions = 4

    func run() async throws {
        let broker = try EmbeddedBroker(
            brokers: brokers, topics: Topic.allCases.map { ($0.rawValue, partitions) })
        say(broker.bootstrapServers)
        while let line = readLine() {
            do {
                let answer = try obey(line.split(separator: " ").map(String.init), broker)
                say(answer.map { "ok \($0)" } ?? "ok")
            } catch {
                say("failed: \(error)")
            }
        }
        broker.close()
    }

    private func obey(_ words: [String], _ broker: EmbeddedBroker) throws -> Int? {
        func number(_ index: Int) -> Int32 { index < words.count ? Int32(words[index]) ?? 0 : 0 }
        switch words.first {
        case "down": try broker.setReachable(false, broker: number(1))
        case "up": try broker.setReachable(true, broker: number(1))
        case "error": try broker.failNext(api: Int16(number(1)), with: number(2), broker: number(3))
        case "pending": return try broker.pendingCount(api: Int16(number(1)), broker: number(2))
        case "delay":
            try broker.delayNext(
                api: Int16(number(1)), count: Int(number(2)), milliseconds: number(3), broker: number(4))
        case "rtt": try broker.setRoundTrip(milliseconds: Int(number(1)), broker: number(2))
        case "leader": try broker.setLeader(of: words[1], partition: number(2), broker: number(3))
        case "coordinator": try broker.setCoordinator(ofGroup: words[1], broker: number(2))
        default: throw ValidationError("the broker does not know \(words.joined(separator: " "))")
        }
        return nil
    }

    private func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
