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

/// Keeps a group's topic consumed: makes a new consumer whenever the lanes of the present one hang, its group does not
/// answer, or it breaks down; the sooner it breaks down the later the next one comes.
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
        /// Before the next one.
        var pause: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let status: LaneStatus
    private let watch: StallWatch
    private let log: Logger
    private let make: Make
    private let patienceSeconds: Int
    private let pause: @Sendable (Duration) async throws -> Void
    private let recreated = Counter(label: "tuesday_consumers_recreated_total")
    private static let closeMilliseconds = 10_000

    /// - Parameters:
    ///   - patienceSeconds: how long lanes of a consumer that was given up may take to end before the next begins.
    ///   - pause: before a new consumer; ends early, with an error, when its task is cancelled.
    init(
        status: LaneStatus, watch: StallWatch, log: Logger, patienceSeconds: Int = 5,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }, make: @escaping Make
    ) {
        self.status = status
        self.watch = watch
        self.log = log
        self.patienceSeconds = patienceSeconds
        self.pause = pause
        self.make = make
    }

    /// Returns when it was told to stop.
    /// - Throws: when the first consumer cannot be made.
    func run() async throws {
        var present = status.successor()
        var session = try make(present)
        var pauses = RemakingPauses()
        while begin(session) {
            let began = ContinuousClock.now
            let running = Task { [session] in await session.run() }
            let stalled = await withTaskCancellationHandler {
                await watch.firstStall(of: present, unless: running)
            } onCancel: {
                running.cancel()
            }
            let why: String
            let lived: Duration? = stalled == nil ? .now - began : nil
            if let stalled {
                why = stalled.joined(separator: "; ")
                log.error("the consumer hangs; making a new one", metadata: ["reason": "\(why)"])
            } else if let failure = session.failure {
                why = failure
                log.error("the consumer broke down; making a new one", metadata: ["reason": "\(why)"])
            } else {
                return await running.end(withinSeconds: 20)
            }
            // From now on nobody takes what its lanes say for the present.
            status.successor().unassigned("to be joined anew: \(why)")
            recreated.increment()
            await session.close(timeoutMilliseconds: Self.closeMilliseconds)
            await running.end(withinSeconds: patienceSeconds)
            guard let next = await makeAgain(&pauses, lived: lived) else { return }
            (session, present) = next
        }
        await session.close(timeoutMilliseconds: Self.closeMilliseconds)
    }

    /// The next consumer and its status; nil when told to stop before it could be made.
    private func makeAgain(
        _ pauses: inout RemakingPauses, lived: Duration?
    ) async -> (any ConsumerSession, LaneStatus)? {
        var longest = pauses.next(after: lived)
        while await paused(longest) {
            let status = status.successor()
            do { return (try make(status), status) } catch {
                status.unassigned("no new consumer yet: \(error)")
                log.error("no new consumer yet", metadata: ["error": "\(error)"])
            }
            longest = pauses.next(after: .zero)
        }
        return nil
    }

    /// Waits, with jitter. False when told to stop meanwhile.
    private func paused(_ longest: Duration) async -> Bool {
        let waiting = Task { [pause] in
            // Only cancellation throws here, and whoever waits looks at it.
            if longest > .zero { try? await pause(longest * Double.random(in: 0.5...1)) }
        }
        let isStopping = state.withLock { state in
            state.pause = waiting
            return state.isStopping
        }
        if isStopping { waiting.cancel() }
        await withTaskCancellationHandler { await waiting.value } onCancel: { waiting.cancel() }
        return !Task.isCancelled && !state.withLock { $0.isStopping }
    }

    /// Leaves the group and ends ``run()``.
    func stop() {
        let session = state.withLock { state in
            state.isStopping = true
            state.pause?.cancel()
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
