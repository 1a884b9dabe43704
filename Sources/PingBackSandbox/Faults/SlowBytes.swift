import NIOCore

/// Between the HTTP encoder and the socket: sends one answer byte by byte, status line and headers too.
///
/// `End` says that the answer is complete; when its last byte is out the handler takes itself away, so that the
/// connection's next answer is an ordinary one.
final class SlowBytes: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    struct End: Sendable {}

    private let interval: TimeAmount
    private var waiting = ByteBuffer()
    private var timer: Scheduled<Void>?
    private var hasEnded = false
    /// The end of the way out, which must not overtake the bytes before it.
    private var closing: EventLoopPromise<Void>??

    init(interval: TimeAmount) {
        self.interval = interval
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .byteBuffer(let buffer) = unwrapOutboundIn(data) { waiting.writeImmutableBuffer(buffer) }
        promise?.succeed(())
    }

    func flush(context: ChannelHandlerContext) {
        if timer == nil { sendNext(context) }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output, waiting.readableBytes > 0 {
            closing = .some(promise)
        } else {
            context.close(mode: mode, promise: promise)
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is End else { return context.triggerUserOutboundEvent(event, promise: promise) }
        hasEnded = true
        promise?.succeed(())
        finishIfEmpty(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        closing??.fail(ChannelError.eof)
    }

    private func sendNext(_ context: ChannelHandlerContext) {
        timer = nil
        guard let byte = waiting.readSlice(length: 1) else { return }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(byte)), promise: nil)
        if !finishIfEmpty(context) {
            timer = context.eventLoop.assumeIsolated().scheduleTask(in: interval) { self.sendNext(context) }
        }
    }

    /// Whether nothing more is to come. At once, not an interval later: the client may ask again by then, and the next
    /// answer is not meant.
    @discardableResult
    private func finishIfEmpty(_ context: ChannelHandlerContext) -> Bool {
        guard waiting.readableBytes == 0 else { return false }
        if let promise = closing {
            closing = nil
            context.close(mode: .output, promise: promise)
        }
        if hasEnded { context.pipeline.syncOperations.removeHandler(self, promise: nil) }
        return hasEnded
    }
}
