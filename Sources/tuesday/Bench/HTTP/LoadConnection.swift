import NIOCore
import NIOPosix

/// One connection, kept alive, that sends ready-made requests one after the other and hands back the answers.
///
/// It does no more than a load needs: no redirects, no chunked answers, no TLS.
final class LoadConnection: Sendable {
    private let channel: any Channel
    private let reader: NIOLoopBound<Reader>

    /// How long an answer may take, or a little more.
    static let patience = TimeAmount.seconds(60)

    static func open(port: Int, on loop: any EventLoop) async throws -> LoadConnection {
        try await ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let reader = Reader()
                    try channel.pipeline.syncOperations.addHandler(reader)
                    return LoadConnection(channel, NIOLoopBound(reader, eventLoop: channel.eventLoop))
                }
            }
    }

    private init(_ channel: any Channel, _ reader: NIOLoopBound<Reader>) {
        self.channel = channel
        self.reader = reader
    }

    /// Sends a whole request, head and body; the one before must have been answered.
    func exchange(_ request: ByteBuffer) async throws -> LoadAnswer {
        try await withCheckedThrowingContinuation { continuation in
            let send = { @Sendable [reader, channel] in reader.value.send(request, on: channel, continuation) }
            if channel.eventLoop.inEventLoop { send() } else { channel.eventLoop.execute(send) }
        }
    }

    func close() async {
        // It may have been closed by the other side.
        try? await channel.close()
    }

    /// Why an answer did not come.
    struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private var parser = LoadAnswerParser()
        private var waiting: CheckedContinuation<LoadAnswer, any Error>?
        private var watching: Scheduled<Void>?
        private var isSuspect = false
        private var isOpen = true

        func send(_ request: ByteBuffer, on channel: any Channel, _ continuation: CheckedContinuation<LoadAnswer, any Error>) {
            guard isOpen, waiting == nil else {
                let reason = isOpen ? "the last answer is still awaited" : "the connection was closed"
                return continuation.resume(throwing: Lost(description: reason))
            }
            waiting = continuation
            isSuspect = false
            if watching == nil { watch(channel) }
            channel.writeAndFlush(request, promise: nil)
        }

        /// One timer for many requests: who is waiting at two looks, with no answer between them, waits in vain.
        private func watch(_ channel: any Channel) {
            let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
            watching = channel.eventLoop.scheduleTask(in: LoadConnection.patience) {
                let reader = bound.value
                reader.watching = nil
                guard reader.waiting != nil else { return }
                guard !reader.isSuspect else {
                    reader.fail(Lost(description: "no answer within \(LoadConnection.patience.nanoseconds / 1_000_000_000) s"))
                    return channel.close(promise: nil)
                }
                reader.isSuspect = true
                reader.watch(channel)
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            parser.append(&bytes)
            do {
                guard let answer = try parser.next() else { return }
                let continuation = waiting
                waiting = nil
                continuation?.resume(returning: answer)
            } catch {
                fail(error)
                context.close(promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            isOpen = false
            fail(Lost(description: "the connection was closed before the answer"))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            fail(error)
            context.close(promise: nil)
        }

        private func fail(_ error: any Error) {
            watching?.cancel()
            watching = nil
            let continuation = waiting
            waiting = nil
            continuation?.resume(throwing: error)
        }
    }
}
