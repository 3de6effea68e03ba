import Contracts
import Logging
import Metrics

/// Publishes what one lane committed, in order, and remembers how far it got.
///
/// What was just committed is published from memory. When memory would grow past its bound (Kafka is down), the
/// queue is forgotten and the tail is read back by index once Kafka answers again: nothing is lost, because the
/// rows are the truth and `published` only moves after delivery reports, and never past a message without one.
///
/// Where one partition takes nothing, others take what is sent behind it, every time it is sent. So after a failure one
/// message is tried, and twice as many after each success, until pages are full again.
public actor PublishingCursor {
    private let keeper: any LaneKeeping
    private let sink: any MessageSink
    private let log: Logger
    private let maximumQueuedBytes: Int
    private var ticket: LaneTicket
    private var queue: [OutgoingMessage] = []
    private var queuedBytes = 0
    private var committed: Int64
    private var published: Int64
    /// What the lane's row says.
    private var recorded: Int64
    /// How many messages to try; when it is full, all that memory holds.
    private var page: Int
    private static let fullPage = 2_000
    private var isFinishing = false
    /// When a transaction last carried the position along.
    private var carriedAt = ContinuousClock.now
    /// When the lease was last renewed without one.
    private var renewedAt = ContinuousClock.now
    private let failures = Counter(label: "tuesday_publish_failures_total")
    private let deadLetters = Counter(label: "tuesday_deadletters_total")
    private let notifications = Counter(label: "tuesday_notifications_total")
    private let wake: AsyncStream<Void>.Continuation
    private let wakes: AsyncStream<Void>

    public init(
        ticket: LaneTicket, keeper: any LaneKeeping, sink: any MessageSink, log: Logger,
        maximumQueuedBytes: Int = 16 << 20
    ) {
        self.ticket = ticket
        self.keeper = keeper
        self.sink = sink
        self.log = log
        self.maximumQueuedBytes = maximumQueuedBytes
        committed = ticket.laneSeq
        published = ticket.publishedThrough
        recorded = ticket.publishedThrough
        // Whoever left a tail may have left it because Kafka did not take it.
        page = ticket.publishedThrough < ticket.laneSeq ? 1 : Self.fullPage
        (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        wake.yield()
    }

    /// For the next transaction to carry to the lane's row.
    public var publishedThrough: Int64 { published }

    /// How many committed messages wait for their delivery report.
    public var pendingCount: Int64 { max(0, committed - published) }

    /// A transaction committed; `carried` is the publishing position it wrote.
    public func enqueue(_ commit: LaneCommit, carried: Int64) {
        recorded = max(recorded, carried)
        carriedAt = .now
        committed = max(committed, commit.laneSeq)
        ticket.laneSeq = committed
        if let first = commit.messages.first, let last = queue.last, first.laneSeq != last.laneSeq + 1 {
            // Of a commit between the two whose answer was lost only the number is known: everything is read back.
            queue.removeAll()
            queuedBytes = 0
        }
        for message in commit.messages {
            queuedBytes += message.byteCount
            switch message.topic {
            case .deadLetters: deadLetters.increment()
            case .notifications: notifications.increment()
            default: break
            }
        }
        if queuedBytes > maximumQueuedBytes {
            queue.removeAll()
            queuedBytes = 0
        } else {
            queue.append(contentsOf: commit.messages)
        }
        wake.yield()
    }

    /// Publishes until ``finish()`` was called and everything is out, or the task is cancelled.
    public func run() async {
        let timer = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))  // only cancellation throws here, and ends the loop
                await renewLease()
                wake.yield()
            }
        }
        defer { timer.cancel() }
        var failed = 0
        for await _ in wakes {
            while published < committed, !Task.isCancelled {
                do {
                    try await step()
                    failed = 0
                } catch {
                    failed += 1
                    failures.increment()
                    if failed == 1 || failed % 20 == 0 {
                        log.warning(
                            "publishing is delayed",
                            metadata: ["lane": "\(ticket.lane)", "pending": "\(pendingCount)", "error": "\(error)"])
                    }
                    queue.removeAll()
                    queuedBytes = 0
                    // Whoever has the lane next shall not send again what was delivered: also where this was cancelled while
                    // Kafka was waited for, which a call of its own must not be.
                    if published > recorded { await Task { await record() }.value }
                    // Only cancellation throws here, and the loop looks at it.
                    try? await Task.sleep(for: .milliseconds(min(5_000, 50 << min(failed, 6))))
                }
            }
            if published > recorded, isFinishing || ContinuousClock.now - carriedAt > .seconds(1) { await record() }
            // More, where somebody else has committed through the lane meanwhile and it was read with the tail.
            if Task.isCancelled || (isFinishing && published >= committed) { break }
        }
    }

    /// No transaction will follow: publish the rest and end ``run()``.
    public func finish() {
        isFinishing = true
        wake.yield()
    }

    private func step() async throws {
        while let first = queue.first, first.laneSeq <= published { queue.removeFirst() }
        var messages = queue
        queue.removeAll(keepingCapacity: true)
        queuedBytes = 0
        if messages.first?.laneSeq != published + 1 || (page < Self.fullPage && messages.count > page) {
            messages = try await keeper.tail(of: ticket.lane, after: published, limit: page)
            guard messages.first?.laneSeq == published + 1 else {
                throw LaneFault.missing(published + 1, of: ticket, committed: committed)
            }
        }
        do { try await sink.publish(messages) } catch {
            page = 1
            if let failure = error as? PublishingFailure, failure.deliveredCount > 0 {
                published = messages[failure.deliveredCount - 1].laneSeq
            }
            throw error
        }
        page = min(2 * page, Self.fullPage)
        published = max(published, messages.last?.laneSeq ?? published)
    }

    /// A message may wait for Kafka for longer than the lease lasts, and this worker is well: nobody shall take the lane for
    /// abandoned. Two would publish it then, and of the compacted directory an older entry could arrive last.
    private func renewLease() async {
        guard published < committed, ContinuousClock.now - max(carriedAt, renewedAt) > .seconds(5) else { return }
        renewedAt = .now
        await record()
    }

    private func record() async {
        let through = published
        do {
            if try await keeper.recordPublished(ticket, through: through) { recorded = max(recorded, through) }
        } catch {
            // A fenced or unreachable lane is for its transactions to notice; the position is only late.
            log.debug("publishing position not recorded", metadata: ["lane": "\(ticket.lane)", "error": "\(error)"])
        }
    }
}
