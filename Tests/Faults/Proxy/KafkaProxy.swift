import Foundation
import Glibc
import Synchronization

/// Stands before the brokers' ports: passes everything on, until it is told to stand still, to drip, or to cut a
/// connection in the middle of an answer.
final class KafkaProxy: Sendable {
    private struct State {
        var stalledUntil = ContinuousClock.now
        var drippingUntil = ContinuousClock.now
        /// So many answers of the brokers are cut in half, and the connection with them.
        var cuts = 0
        /// How many were.
        var cutCount = 0
        /// Something was to be passed on since the last stall, or drip, began, and had to wait.
        var hasHeldBack = false
        /// By each broker's own port how many connections it ended, or refused.
        var lost: [UInt16: Int] = [:]
        var generation = 0
        var isClosed = false
    }

    /// Each broker's own port, and the one to connect to instead.
    let detours: [UInt16: UInt16]
    private let listeners: [Int32]
    private let state = Mutex(State())

    /// - Parameter bootstrap: `127.0.0.1:1234,127.0.0.1:1235`.
    init(bootstrap: String) throws {
        var detours: [UInt16: UInt16] = [:]
        var listeners: [(Int32, UInt16)] = []
        for port in BrokerPorts.ports(bootstrap) {
            let (descriptor, own) = try Sockets.listen()
            detours[port] = own
            listeners.append((descriptor, port))
        }
        self.detours = detours
        self.listeners = listeners.map(\.0)
        for (descriptor, port) in listeners {
            Foundation.Thread.detachNewThread { [self] in acceptAll(descriptor, port) }
        }
    }

    func stall(milliseconds: Int) {
        state.withLock { state in
            state.stalledUntil = .now + .milliseconds(milliseconds)
            state.hasHeldBack = false
        }
    }

    func drip(milliseconds: Int) {
        state.withLock { state in
            state.drippingUntil = .now + .milliseconds(milliseconds)
            state.hasHeldBack = false
        }
    }

    var cutCount: Int { state.withLock { $0.cutCount } }
    var hasHeldBack: Bool { state.withLock { $0.hasHeldBack } }

    /// How many connections the broker with this port has ended, or refused: each is one that a worker had, or wanted.
    func lostCount(of port: UInt16) -> Int { state.withLock { $0.lost[port] ?? 0 } }

    func cutAnswers(_ count: Int) { state.withLock { $0.cuts = count } }
    func cutAll() { state.withLock { $0.generation += 1 } }

    func heal() {
        state.withLock { state in
            state.stalledUntil = .now
            state.drippingUntil = .now
            state.cuts = 0
        }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            state.generation += 1
        }
        for listener in listeners {
            shutdown(listener, Int32(SHUT_RDWR))
            Glibc.close(listener)
        }
    }

    private func acceptAll(_ listener: Int32, _ port: UInt16) {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0, !state.withLock({ $0.isClosed }) else { return }
            Foundation.Thread.detachNewThread { [self] in
                // Of the generation in which it came: who sees it at the broker can already cut it.
                let generation = state.withLock { $0.generation }
                if let broker = Sockets.connect(port: port) {
                    forward(client, broker, port, generation)
                    Glibc.close(broker)
                } else {
                    lose(port)
                }
                Glibc.close(client)
            }
        }
    }

    private func lose(_ port: UInt16) { state.withLock { $0.lost[port, default: 0] += 1 } }

    private func forward(_ client: Int32, _ broker: Int32, _ port: UInt16, _ generation: Int) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var answers = Frames()
        while true {
            let (fromClient, fromBroker) = Sockets.readable(client, broker, within: 50)
            let now = state.withLock { $0 }
            guard now.generation == generation else { return }
            if now.stalledUntil > .now {
                if fromClient || fromBroker { state.withLock { $0.hasHeldBack = true } }
                usleep(20_000)
                continue
            }
            let most = now.drippingUntil > .now ? 7 : buffer.count
            if most < buffer.count, fromClient || fromBroker { usleep(2_000) }
            if fromClient {
                let count = read(client, &buffer, most)
                guard count > 0, Sockets.write(buffer[..<count], to: broker) else { return }
            }
            if fromBroker {
                let count = read(broker, &buffer, most)
                guard count > 0 else { return lose(port) }
                if count == most, most < buffer.count { state.withLock { $0.hasHeldBack = true } }
                var half = answers
                half.pass(buffer[..<(count / 2)])
                let isCut = state.withLock { state in
                    guard state.cuts > 0, half.isInside else { return false }
                    state.cuts -= 1
                    state.cutCount += 1
                    return true
                }
                guard Sockets.write(buffer[..<(isCut ? count / 2 : count)], to: client), !isCut else { return }
                answers.pass(buffer[..<count])
            }
        }
    }
}
