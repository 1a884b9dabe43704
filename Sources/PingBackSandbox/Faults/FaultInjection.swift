import Hummingbird
import ImportCore

/// Stands before the whole API and does to each request what the fault script wants.
struct FaultInjection: RouterMiddleware {
    let director: FaultDirector
    let connections: ConnectionRegister
    /// Takes the server down and up again; returns at once.
    let restart: @Sendable (_ down: Double) -> Void

    func handle(
        _ request: Request, context: SandboxContext,
        next: @concurrent (Request, SandboxContext) async throws -> Response
    ) async throws -> Response {
        connections.add(context.channel)
        switch director.admit(RequestKind(of: request)) {
        case .turnedAway(let answer):
            await Self.readWhole(request)
            return answer.response
        case .admitted(let action):
            defer { director.leave() }
            guard let action else { return try await next(request, context) }
            return try await perform(action, request, context, next)
        }
    }

    private func perform(
        _ action: FaultAction, _ request: Request, _ context: SandboxContext,
        _ next: (Request, SandboxContext) async throws -> Response
    ) async throws -> Response {
        await Self.wait(action.latency)
        let response: Response
        switch action.outcome {
        case .usual:
            response = try await next(request, context)
        case .cut(let moment, let isReset):
            switch moment {
            case .onArrival: break
            case .beforeCommit: await Self.readWhole(request)
            case .afterCommit: _ = try? await next(request, context)
            }
            await Self.wait(action.latencyAfter)
            await context.cut(isReset: isReset)
            return Self.unheard
        case .stated(let answer, let committed):
            await finish(request, context, committed: committed, next)
            response = answer.response
        case .garbled(let garbling):
            response = try await garbling.applied(to: next(request, context))
        case .bytes(let text, let committed):
            await finish(request, context, committed: committed, next)
            await Self.wait(action.latencyAfter)
            await context.answer(verbatim: text)
            return Self.unheard
        case .restart(let down):
            await Self.readWhole(request)
            restart(down)
            await context.cut(isReset: false)
            return Self.unheard
        }
        await Self.wait(action.latencyAfter)
        return try await broken(response, action, context)
    }

    /// Does the request, or only reads it; what it would have been answered is not told.
    private func finish(
        _ request: Request, _ context: SandboxContext, committed: Bool,
        _ next: (Request, SandboxContext) async throws -> Response
    ) async {
        if committed {
            _ = try? await next(request, context)
        } else {
            await Self.readWhole(request)
        }
    }

    /// The answer as it travels: slowly, or not to its end.
    private func broken(_ response: Response, _ action: FaultAction, _ context: SandboxContext) async throws -> Response
    {
        guard action.slowBytes != nil || action.truncateAt != nil else { return response }
        if let interval = action.slowBytes { try await context.slowDown(interval: interval) }
        let whole = try await response.body.collected()
        var response = response
        response.body = ResponseBody(contentLength: whole.readableBytes) { [context] writer in
            if let length = action.truncateAt, length < whole.readableBytes {
                try await writer.write(whole.getSlice(at: whole.readerIndex, length: length) ?? ByteBuffer())
                // Only the way out: what was written still goes out before the end is told.
                try await context.channel.close(mode: .output)
            } else {
                try await writer.write(whole)
                try await writer.finish(nil)
                try await context.channel.triggerUserOutboundEvent(SlowBytes.End())
            }
        }
        return response
    }

    /// A connection that is closed with something of the request unread is reset by the system, not ended in order.
    private static func readWhole(_ request: Request) async {
        var request = request
        _ = try? await request.collectBody(upTo: BodyReader.sizeLimit)
    }

    /// A server that stops does not wait for the end.
    private static func wait(_ seconds: Double) async {
        if seconds > 0 { try? await Task.sleep(for: .seconds(seconds)) }
    }

    /// What Hummingbird writes to a connection that is gone.
    private static var unheard: Response { Response(status: .noContent) }
}
