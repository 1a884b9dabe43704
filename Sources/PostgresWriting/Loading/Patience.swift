import ImportCore

/// Repeats whole transactions while the server may come back, for as long as the plan says: with growing, jittered
/// pauses, and only what the server undid or what the ledger can tell.
struct Patience: Sendable {
    let seconds: Double
    let note: @Sendable (DestinationEvent) async -> Void
    /// Waits so many seconds; returns false when nobody wants to wait any longer.
    let wait: @Sendable (Double) async -> Bool

    private static let firstPause = 0.2
    private static let longestPause = 10.0

    func retrying<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        var pause = Self.firstPause
        var hasWaited = false
        while true {
            do {
                let result = try await body()
                if hasWaited { await note(.resumed) }
                return result
            } catch let error as PostgresError where error.isWorthAnotherTry {
                let left = ContinuousClock.now.duration(to: end) / .seconds(1)
                guard left > 0 else { throw error }
                let seconds = min(Double.random(in: pause / 2...pause), left)
                await note(.waiting(reason: error.report.message, seconds: seconds))
                hasWaited = true
                guard await wait(seconds) else { throw error }
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }
}

extension Patience {
    /// That of a run, which waits no longer than until it drains, and tells its journal.
    init(seconds: Double, feed: any ConversationFeed, journal: any Journal) {
        self.init(seconds: seconds, note: { await journal.note($0) }) { length in
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try? await Task.sleep(for: .seconds(length))
                    return !Task.isCancelled
                }
                group.addTask {
                    await feed.draining()
                    return false
                }
                defer { group.cancelAll() }
                return await group.next() ?? false
            }
        }
    }

    /// That of a verb which ends when its control is asked to stop.
    init(seconds: Double, control: RunControl, note: @escaping @Sendable (DestinationEvent) async -> Void) {
        self.init(seconds: seconds, note: note) { seconds in
            let end = ContinuousClock.now.advanced(by: .seconds(seconds))
            while ContinuousClock.now < end {
                if control.stopReason != nil { return false }
                try? await Task.sleep(for: Self.look)
            }
            return control.stopReason == nil
        }
    }

    /// How often it is looked whether somebody wants an end.
    private static let look = Duration.milliseconds(100)
}
