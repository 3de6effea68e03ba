import KafkaClient
import Runtime
import Testing
import Workflow

@testable import tuesday

@Suite struct ExitStatusTests {
    @Test func `what is needed and does not answer ends a command with 69`() async throws {
        let admin = KafkaAdmin(settings: ["bootstrap.servers": "127.0.0.1:1"], timeoutMilliseconds: 200)
        let error = await #expect(throws: KafkaError.self) { _ = try await admin.describeTopics() }
        #expect(Tuesday.status(of: try #require(error)) == ExitStatus.unavailable)
        #expect(Tuesday.status(of: LaneFault.unavailable("the server is restarting")) == ExitStatus.unavailable)
    }

    @Test func `a setting that librdkafka does not take ends a command with 78`() async throws {
        let admin = KafkaAdmin(settings: ["no.such.setting": "1"])
        let error = await #expect(throws: KafkaError.self) { _ = try await admin.describeTopics() }
        #expect(Tuesday.status(of: try #require(error)) == ExitStatus.configuration)
    }

    @Test func `a command with a connection keeps the status of its failure`() async throws {
        let failure = CommandFailure("no such county", exitStatus: ExitStatus.configuration)
        let error = await #expect(throws: CommandFailure.self) {
            try await CommandOutput.withPool("a test") { _ in throw failure }
        }
        #expect(Tuesday.status(of: try #require(error)) == ExitStatus.configuration)
    }
}
