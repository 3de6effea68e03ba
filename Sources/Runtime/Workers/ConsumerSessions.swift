import Logging
import Metrics
import Synchronization
import Workflow

/// One consumer of a group, from joining to leaving.
protocol ConsumerSession: Sendable {
    /// Returns when the session was closed, or broke down, and its lanes have ended.
    func run() async
    /// Why it broke down by itself, for good; nil while it has not.
    var failure: String? { get }
    /// Leaves the group. Returns at the deadline at the latest; what hangs is left to itself.
    func close(timeoutMilliseconds: Int) async
}

/// Keeps a group's topic consumed: makes a new consumer whenever the lanes of the present one hang, or it
/// breaks down.
///
/// Nothing is lost or doubled by it, whatever hangs. A lane's place is its row in PostgreSQL, where the next consumer
/// claims it with a higher epoch: what a lane of the old one may still try to commit is fenced, and a transaction that
/// holds the row for longer than two seconds is ended by the claim. What the old one had committed and not published is
/// read back from the lane.
final class ConsumerSessions: Sendable {
    /// Makes a consumer whose lanes report to the status.
    typealias Make = @Sendable (LaneStatus) throws -> any ConsumerSession

    private struct State {
        var isStopping = false
        var session: (any ConsumerSession)?
    }

    private let state = Mutex(State())
    private let status: LaneStatus
    private let watch: StallWatch
    private let log: Logger
    private let make: Make
    private let patienceSeconds: Int
    private let recreated = Counter(label: "tuesday_consumers_recreated_total")
    private static let closeMilliseconds = 10_000

    /// - Parameter patienceSeconds: how long lanes of a consumer that was given up may take to end before the next begins.
    init(status: LaneStatus, watch: StallWatch, log: Logger, patienceSeconds: Int = 5, make: @escaping Make) {
        self.status = status
        self.watch = watch
        self.log = log
        self.patienceSeconds = patienceSeconds
        self.make = make
    }

    /// Returns when it was told to stop.
    /// - Throws: when the first consumer cannot be made.
    func run() async throws {
        var present = status.successor()
        var session = try make(present)
        while begin(session) {
            let running = Task { [session] in await session.run() }
            let stalled = await withTaskCancellationHandler {
                await watch.firstStall(of: present, unless: running)
            } onCancel: {
                running.cancel()
            }
            if let stalled {
                log.error("lanes hang; making a new consumer", metadata: ["lanes": "\(stalled.joined(separator: "; "))"])
            } else if let failure = session.failure {
                log.error("the consumer broke down; making a new one", metadata: ["reason": "\(failure)"])
            } else {
                return await running.end(withinSeconds: 20)
            }
            recreated.increment()
            await session.close(timeoutMilliseconds: Self.closeMilliseconds)
            await running.end(withinSeconds: patienceSeconds)
            present = status.successor()
            guard let next = await makeAgain(present) else { return }
            session = next
        }
        await session.close(timeoutMilliseconds: Self.closeMilliseconds)
    }

    /// The next consumer; nil when told to stop before it could be made.
    private func makeAgain(_ status: LaneStatus) async -> (any ConsumerSession)? {
        while !Task.isCancelled, !state.withLock({ $0.isStopping }) {
            do { return try make(status) } catch {
                log.error("no new consumer yet", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: .seconds(1)) } catch { return nil }
        }
        return nil
    }

    /// Leaves the group and ends ``run()``.
    func stop() {
        let session = state.withLock { state in
            state.isStopping = true
            return state.session
        }
        if let session { Task { await session.close(timeoutMilliseconds: Self.closeMilliseconds) } }
    }

    /// False when it was told to stop meanwhile.
    private func begin(_ session: any ConsumerSession) -> Bool {
        state.withLock { state in
            state.session = session
            return !state.isStopping
        }
    }
}
