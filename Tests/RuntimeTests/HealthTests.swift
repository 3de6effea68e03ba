import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Runtime

@Suite(.timeLimit(.minutes(5))) struct HealthTests {
    @Test func `a worker is ready when every check is`() {
        let health = HealthRegister(expected: ["kafka"])
        #expect(!health.isReady)
        health.set("kafka", .ready)
        health.set("schema", .ready)
        #expect(health.isReady)
        health.set("schema", .notReady("version 3 is expected, 2 found: run tuesday migrate"))
        #expect(!health.isReady)
        health.remove("schema")
        #expect(health.isReady)
        health.stopping()
        #expect(!health.isReady)
    }

    @Test func `the checks are told as JSON in order of name`() {
        let health = HealthRegister()
        health.set("b", .notReady("say \"when\""))
        health.set("a", .ready)
        #expect(
            String(decoding: HealthText.json(health.checks), as: UTF8.self)
                == #"{"ready":false,"checks":[{"name":"a","ready":true},"#
                + #"{"name":"b","ready":false,"reason":"say \"when\""}]}"# + "\n")
    }

    @Test func `a probe is asked again and again, and its last answer counts`() async throws {
        let health = HealthRegister(period: .milliseconds(1))
        let (answers, continuation) = AsyncStream.makeStream(of: Int.self)
        let counter = Counted(continuation)
        health.probe("postgres") { counter.ask() < 3 ? .notReady("no answer") : .ready }
        #expect(health.checks == [.init(name: "postgres", state: .notReady("not asked yet"))])
        try await withThrowingTaskGroup { group in
            group.addTask { try await health.run() }
            // The fifth question is only put after the fourth was answered.
            for await count in answers where count == 5 { break }
            #expect(health.isReady)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func `a probe that hangs makes the worker not ready and is not asked again`() async throws {
        let health = HealthRegister(period: .milliseconds(1), maximumAge: .zero)
        let (answers, continuation) = AsyncStream.makeStream(of: Int.self)
        let counter = Counted(continuation)
        health.probe("postgres") {
            if counter.ask() > 1 {
                // Hangs until cancelled.
                try? await Task.sleep(for: .seconds(3_600))
            }
            return .ready
        }
        try await withThrowingTaskGroup { group in
            group.addTask { try await health.run() }
            for await count in answers where count == 2 { break }
            #expect(!health.isReady)
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(counter.count == 2)
    }

    @Test func `the admin port tells alive, ready and metrics`() async throws {
        let health = HealthRegister(expected: ["kafka"])
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let metrics = MetricRegistry()
        metrics.makeCounter(label: "tuesday_records_total", dimensions: []).increment(by: 7)
        let server = AdminServer(
            host: "127.0.0.1", port: 0, health: health, metrics: metrics,
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() },
            onListening: { continuation.yield($0) })
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            #expect(try HealthCheckClient.get(port: port, path: "/healthz", timeoutSeconds: 60) == .init(status: 200, body: "alive\n"))
            let unready = try HealthCheckClient.get(port: port, timeoutSeconds: 60)
            #expect(unready.status == 503)
            #expect(unready.body.contains(#"{"name":"kafka","ready":false,"reason":"starting"}"#))
            let before = try HealthCheckClient.get(port: port, path: "/metrics", timeoutSeconds: 60)
            #expect(before.body.contains("\ntuesday_ready{check=\"kafka\"} 0\n"))
            health.set("kafka", .ready)
            #expect(try HealthCheckClient.get(port: port, timeoutSeconds: 60).status == 200)
            let figures = try HealthCheckClient.get(port: port, path: "/metrics", timeoutSeconds: 60)
            #expect(figures.body.contains("tuesday_records_total 7\n"))
            #expect(figures.body.contains("\ntuesday_ready{check=\"kafka\"} 1\n"))
            #expect(figures.body.contains("process_open_fds "))
            #expect(try HealthCheckClient.get(port: port, path: "/nothing", timeoutSeconds: 60).status == 404)
            group.cancelAll()
        }
    }

    @Test func `asking a port where nobody listens fails with a sentence`() {
        #expect(throws: HealthCheckClient.Failure.self) { try HealthCheckClient.get(port: 1) }
    }

    @Test func `an answer is taken apart into status and body`() {
        #expect(
            HealthCheckClient.parse("HTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\nno\nyes\n")
                == .init(status: 503, body: "no\nyes\n"))
        #expect(HealthCheckClient.parse("SSH-2.0-OpenSSH_9.2\r\n") == nil)
    }

    /// Counts questions and tells each.
    private final class Counted: Sendable {
        private let asked = Mutex(0)
        private let told: AsyncStream<Int>.Continuation

        init(_ told: AsyncStream<Int>.Continuation) {
            self.told = told
        }

        var count: Int { asked.withLock { $0 } }

        func ask() -> Int {
            let count = asked.withLock {
                $0 += 1
                return $0
            }
            told.yield(count)
            return count
        }
    }
}
