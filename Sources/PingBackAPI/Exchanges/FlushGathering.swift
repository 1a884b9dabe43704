import NIOCore

/// Has what is written to a connection within one turn of its event loop sent together.
///
/// The HTTP client flushes the head of a request by itself, and then its body: two system calls and two packets, where
/// one of each does. What counts as written is not touched: the head counts from the moment that it is handed to the
/// connection, which is before this.
final class FlushGathering: ChannelOutboundHandler {
    typealias OutboundIn = Any

    private var isDue = false

    /// Next to the socket, behind TLS.
    @Sendable
    static func add(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(FlushGathering(), position: .first)
        }
    }

    func flush(context: ChannelHandlerContext) {
        guard !isDue else { return }
        isDue = true
        context.eventLoop.assumeIsolated().execute {
            self.isDue = false
            context.flush()
        }
    }
}
