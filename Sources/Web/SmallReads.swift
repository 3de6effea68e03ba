import Hummingbird
import NIOCore

/// Makes a connection receive little at a time.
///
/// The server keeps some ten pieces of what a connection sent and no request has asked for yet, as a next request's body is
/// while the one before it waits: however large a body is and whoever sends it too early, those pieces are small.
final class SmallReads: ChannelInboundHandler, RemovableChannelHandler {
    /// Everything is passed on unseen.
    typealias InboundIn = Never

    private static let byteCount = 4_096

    func handlerAdded(context: ChannelHandlerContext) {
        // On its own event loop it is set at once; a channel that has no such option keeps its own.
        context.channel.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.byteCount))
            .whenFailure { _ in }
    }
}
