import Contracts
import Domain
import NIOCore
import ServiceLifecycle
import Store
import Web
import Workflow

/// `tuesday-intake`: the submissions topic, HTTP, and the moves of people.
public func intakeServices(_ context: WorkerContext) async throws -> [any ServiceLifecycle.Service] {
    let parts = try await WorkerParts(context)
    let random = context.random
    let mint = RequestMint(random: { random.random128() })
    let accept = AcceptSubmissions(
        store: SubmissionTransactions(pool: parts.pool), registers: parts.registers,
        mint: { mint.mint(acceptedAt: $0) })
    let moves = MoveRequests(store: MoveTransactions(pool: parts.pool))
    let maximumPending = context.settings.int(.submitMaximumPending)
    let submitted = GroupCommit<Submission, Result<AcceptOutcome, FieldProblems>>(maximumPending: maximumPending)
    let moved = GroupCommit<MoveCommand, MoveOutcome>(maximumPending: maximumPending)
    // Lists and receipts take a connection each: half of them stay for transactions and the looks that are shared.
    let single = Turns.bounded(max(1, context.settings.int(.postgresConnections) / 2))
    let reading = SharedReading(RequestReader(pool: parts.pool), maximumPending: maximumPending, lists: single)
    let (host, port, opening) = (context.settings.text(.httpHost), context.settings.int(.httpPort), Opening())
    let web = WebApplication(
        ports: WebPorts(
            submit: { try await submitted.submit($0) }, move: { try await moved.submit($0) },
            receipt: { receipt in try await single.take { try await ReceiptStore(pool: parts.pool).record(receipt) } },
            reading: reading),
        settings: WebSettings(
            host: host, port: port,
            maximumBodyBytes: context.settings.int(.httpMaximumBodyBytes),
            maximumPendingBytes: context.settings.int(.httpMaximumPendingBytes),
            maximumConnections: context.settings.int(.httpMaximumConnections),
            apiKeys: Set(context.settings.list(.apiKeys))),
        logger: context.logger,
        onListening: {
            context.logger.notice("listening", metadata: ["port": "\($0)"])
            opening.open()
        })
    return parts.foundation + [
        GroupCommitService(
            commit: submitted, lane: parts.poolLane("submit"), watch: parts.rounds("accepting submissions")
        ) { try await accept.accept($0, lane: $1) },
        GroupCommitService(commit: moved, lane: parts.poolLane("move"), watch: parts.rounds("moving requests")) {
            try await moves.move($0, lane: $1)
        },
        SharedReadingService(reading: reading),
        PartitionCount(admin: parts.kafkaAdmin, mint: mint, log: context.logger),
        AfterOpening(opening: opening, service: parts.consumer(.intake, accept)),
        WebService(web: web, host: host, port: port),
    ]
}

/// Serves HTTP until told to stop.
private struct WebService: ServiceLifecycle.Service {
    let web: WebApplication
    let host: String
    let port: Int

    func run() async throws {
        do { try await web.run() } catch let error as IOError {
            throw PortUnavailable(setting: "http.port", host: host, port: port, error: error)
        }
    }
}

/// Reads for callers until told to stop; those who wait then still get their answer.
private struct SharedReadingService: ServiceLifecycle.Service {
    let reading: SharedReading

    func run() async throws {
        await withGracefulShutdownHandler {
            await reading.run()
        } onGracefulShutdown: {
            reading.stop()
        }
    }
}

/// Serves a group commit with a lane until told to stop; what waits then is still served.
struct GroupCommitService<Item: Sendable, Answer: Sendable>: ServiceLifecycle.Service {
    let commit: GroupCommit<Item, Answer>
    let lane: PoolLane
    let watch: RoundWatch
    let transact: @Sendable ([Item], PoolLane) async throws -> [Answer]

    func run() async throws {
        await withGracefulShutdownHandler {
            await commit.run { items in
                watch.began()
                // Who waits is told why it failed, so that is an end too.
                defer { watch.cameRound() }
                return try await transact(items, lane)
            }
        } onGracefulShutdown: {
            commit.stop()
        }
        await lane.close()
    }
}
