import Contracts
import Workflow

/// Writes to the log, with everything that may go wrong on the way: unwritten, written in part, written but not
/// acknowledged, written twice, written long after it was given up.
struct SimulatedSink: MessageSink {
    let world: World
    let process: SimulatedProcess

    struct BrokerDown: Error {}

    func publish(_ messages: [OutgoingMessage]) async throws {
        try await process.gate()
        if world.defect == .cursorBeforeReports {
            Task { try? await write(messages) }
            return
        }
        try await write(messages)
    }

    private func write(_ messages: [OutgoingMessage]) async throws {
        await world.pause()
        try await process.gate()
        if world.kafka.isDown {
            await VirtualExecutor.sleep(milliseconds: Int64(world.random.between(200, 3_000)))
            throw BrokerDown()
        }
        let fate = world.chaos.produceFate()
        world.trace("\(process.name) produces \(messages.map { $0.headers[0].value }): \(fate)")
        switch fate {
        case .reported:
            for message in messages { world.kafka.append(message) }
        case .unwritten: throw BrokerDown()
        case .inPart:
            // One is not written, and of those behind it some are: other partitions take them.
            let missing = world.random.below(messages.count)
            for message in messages.prefix(missing) { world.kafka.append(message) }
            for message in messages.dropFirst(missing + 1) where world.random.below(2) == 0 { world.kafka.append(message) }
            throw PublishingFailure(deliveredCount: missing, cause: BrokerDown())
        case .unreported:
            for message in messages { world.kafka.append(message) }
            throw BrokerDown()
        case .twice:
            for message in messages + messages { world.kafka.append(message) }
        case .late:
            Task {
                await VirtualExecutor.sleep(milliseconds: Int64(world.random.between(10, 4_000)))
                for message in messages { world.kafka.append(message) }
            }
            throw BrokerDown()
        case .slow:
            await VirtualExecutor.sleep(milliseconds: Int64(world.random.between(20, 1_500)))
            try await process.gate()
            for message in messages { world.kafka.append(message) }
        }
        // The records are written; the report may find a process stopped or dead.
        try await process.gate()
    }
}
