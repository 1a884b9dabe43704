import ImportCore
import UnixSignals

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Turns signals into the run's drain: what is in flight is finished and saved. A second signal ends the program at
/// once; the checkpoint then holds intents without outcomes, which the next run settles.
enum SignalWatch {
    /// A second signal within so long is the first one's echo: who signals a program and then its group, as timeout(1)
    /// does, sends it two.
    private static let echo = Duration.milliseconds(500)

    /// How long what is in flight may take to finish: below the 30 s after which Kubernetes kills.
    private static let drainLimit = Duration.seconds(20)

    static func draining<Result: Sendable>(
        _ control: RunControl, console: Console, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        // SIGHUP that was ignored when we were started (nohup) stays ignored.
        let isHangupIgnored = Self.isIgnored(SIGHUP)
        let watched: [UnixSignal] = isHangupIgnored ? [.sigint, .sigterm] : [.sigint, .sigterm, .sighup]
        let signals = await UnixSignalsSequence(trapping: watched)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                var first: ContinuousClock.Instant?
                for await signal in signals {
                    let status = Self.status(of: signal)
                    if let first {
                        if first.duration(to: .now) < echo { continue }
                        exit(status.rawValue)
                    }
                    first = .now
                    console.warn("stopping: finishing what is in flight (once more to stop at once)", .stopping)
                    control.stop(status)
                    // What will not end by itself must not keep a machine from shutting down. The task needs no owner:
                    // when the run ends before, so does the program.
                    Task {
                        try await Task.sleep(for: drainLimit)
                        exit(status.rawValue)
                    }
                }
                return nil
            }
            group.addTask { try await work() }
            while let value = try await group.next() {
                guard let value else { continue }
                group.cancelAll()
                return value
            }
            throw CancellationError()
        }
    }

    private static func status(of signal: UnixSignal) -> ExitStatus {
        switch signal {
        case .sighup: .hangup
        case .sigterm: .terminated
        default: .interrupted
        }
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        #if canImport(Glibc)
            let handler = action.__sigaction_handler.sa_handler
        #else
            let handler = action.__sigaction_u.__sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
