import Synchronization
import Workflow

/// Notices lanes that have records before them and do not get on, and a consumer without lanes whose group does not answer.
///
/// It asks the broker itself how far the partitions go: a consumer that hangs may have stopped counting too. An answer that
/// does not come within the bound is none; what never answers is left to itself, and asked anew.
struct StallWatch: Sendable {
    /// Setting `watchdog.stall-seconds`: so long a lane may do nothing although it has records, and a group give no answer
    /// which partitions are this consumer's.
    let bound: Duration
    /// The end of each lane's partition, by a client of its own. Asked about none it throws all the same when no broker
    /// answers.
    let ends: @Sendable ([RecordOrigin]) async throws -> [RecordOrigin: Int64]
    /// Told at each look why it could not find out whether something hangs.
    var unknown: @Sendable (any Error) -> Void = { _ in }
    /// Between two looks, and until an answer is too old; ends early, with an error, when its task is cancelled.
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    private let open = OpenQuestions()

    /// Waits until something stalls, and returns sentences about them; nil when the task ended before.
    func firstStall(of status: LaneStatus, unless running: Task<Void, Never>) async -> [String]? {
        let (news, tell) = AsyncStream.makeStream(of: [String]?.self)
        Task {
            await running.value
            tell.yield(nil)
        }
        let watching = Task {
            while !Task.isCancelled {
                do { try await pause(bound / 2) } catch { return }
                let stalled = await stalled(status)
                if !stalled.isEmpty { tell.yield(stalled) }
            }
        }
        defer { watching.cancel() }
        for await stalled in news { return stalled }
        return nil
    }

    /// Sentences about what hangs now.
    func stalled(_ status: LaneStatus) async -> [String] {
        let silent = status.silent(for: bound)
        guard !silent.isEmpty || status.unanswered(for: bound) != nil else { return [] }
        // Without an answer nobody can tell, and a broker that is not there is no fault of the consumer.
        let ends: [RecordOrigin: Int64]
        do { ends = try await freshEnds(of: Array(silent.keys)) } catch {
            if !Task.isCancelled { unknown(error) }
            return []
        }
        if let unanswered = status.unanswered(for: bound) { return [unanswered] }
        for (origin, entry) in silent {
            if let end = ends[origin] { status.measured(origin, lag: max(0, end - entry.nextOffset)) }
        }
        // Measured just now: whoever had nothing to do until now has begun to count.
        return status.silent(for: bound).contains { $0.value.lag > 0 } ? status.stalled(for: bound) : []
    }

    private func freshEnds(of origins: [RecordOrigin]) async throws -> [RecordOrigin: Int64] {
        guard open.begin() else { throw NoAnswer.everToAnyOf(OpenQuestions.limit) }
        let (outcomes, tell) = AsyncStream.makeStream(of: Result<[RecordOrigin: Int64], any Error>.self)
        let asking = Task {
            do { tell.yield(.success(try await ends(origins))) } catch { tell.yield(.failure(error)) }
            open.end()
        }
        let waiting = Task {
            do { try await pause(bound) } catch { return }
            tell.yield(.failure(NoAnswer.within(bound)))
        }
        defer {
            asking.cancel()
            waiting.cancel()
        }
        for await outcome in outcomes { return try outcome.get() }
        throw CancellationError()
    }

    private enum NoAnswer: Error, CustomStringConvertible {
        case within(Duration)
        case everToAnyOf(Int)

        var description: String {
            switch self {
            case .within(let bound): "no answer within \(bound)"
            case .everToAnyOf(let count): "\(count) questions have no answer yet, and no further one is asked before one has"
            }
        }
    }
}

/// Counts questions that have neither an answer nor an error: each keeps what it holds, a thread or a client, until it has.
private final class OpenQuestions: Sendable {
    static let limit = 4
    private let count = Mutex(0)

    /// Returns whether one more may be asked.
    func begin() -> Bool {
        count.withLock { count in
            guard count < Self.limit else { return false }
            count += 1
            return true
        }
    }

    func end() { count.withLock { $0 -= 1 } }
}
