import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM as events: the first asks for an orderly stop, the second ends the process at once.
final class StopSignals: Sendable {
    /// One element when the first signal came; for one reader.
    let first: AsyncStream<Int32>
    /// Kept for as long as signals are listened to.
    private let sources: Mutex<[any DispatchSourceSignal]>

    init() {
        let (stream, events) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(1))
        first = stream
        let queue = DispatchQueue(label: "stop-signals")
        let count = Count()
        var listening: [any DispatchSourceSignal] = []
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if count.next() > 1 { _exit(128 + number) }
                events.yield(number)
                events.finish()
            }
            source.resume()
            listening.append(source)
        }
        sources = Mutex(listening)
    }

    /// Runs `body` until it returns or the first signal comes; nil in the latter case, when `body` was cancelled. To be called once.
    func watch<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask { [first] in
                for await _ in first { return nil }
                // Cancelled: the other task is done, and tells.
                try await Task.sleep(for: .seconds(3600))
                return nil
            }
            defer { group.cancelAll() }
            let result = try await group.next() ?? nil
            return result
        }
    }

    private final class Count: Sendable {
        private let value = Mutex(0)

        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }
}
