/// Finds out, for a run, what became of its requests whose answers got lost.
struct DoubtSettling: Sendable {
    let parts: RunParts
    let ledger: RunLedger

    /// Settles all there is, with nothing under way.
    func settleAll() async throws {
        let doubts = try await parts.checkpoint.unsettled()
        guard !doubts.isEmpty else { return await ledger.leaveOpen([]) }
        let open = try await settle(doubts, isUnderWay: false)
        await ledger.leaveOpen(open)
    }

    /// Looks up what gets lost while a pass goes on, once for each doubt, until the task is cancelled.
    ///
    /// Only what is found is settled here. What seems absent stays in doubt until the pass is over: it is looked for again
    /// then, when no request can be mistaken for it, and sent again only after that.
    func watch() async {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        // Older ones were looked up before the pass.
        _ = await ledger.takeFreshDoubts()
        await ledger.onDoubt { continuation.yield() }
        for await _ in signals {
            let doubts = await ledger.takeFreshDoubts()
            guard !doubts.isEmpty else { continue }
            // Whatever is wrong with the server meets the requests too, or the look behind the pass: there it is told.
            _ = try? await settle(doubts, isUnderWay: true)
        }
        await ledger.onDoubt(nil)
    }

    private func settle(_ doubts: [AttemptEntry], isUnderWay: Bool) async throws -> [OpenDoubt] {
        let context = SettlingContext(traces: await ledger.traces(), isUnderWay: isUnderWay) { [parts] in
            try await parts.checkpoint.attempts(around: doubts)
        }
        await ledger.expect(doubts)
        let result: Result<[OpenDoubt], any Error>
        do {
            result = .success(try await parts.destination.settle(doubts, in: context, journal: ledger))
        } catch {
            result = .failure(error)
        }
        await ledger.forgetDoubts(doubts)
        return try result.get()
    }
}

extension Checkpoint {
    /// What is known of requests since the oldest of these doubts.
    func attempts(around doubts: [AttemptEntry]) async throws -> KnownAttempts {
        let earliest = doubts.map(\.startedAt).min() ?? 0
        // First what is not settled: one that is settled in between then shows up twice, and never not at all.
        let unsettled = try await unsettled()
        let ids = try await remoteIDs(startedSince: earliest - skewMilliseconds)
        return KnownAttempts(ids: ids, unsettled: unsettled)
    }

    /// Conversations made so long before a doubtful attempt are not looked at; clocks differ by less.
    private var skewMilliseconds: Int64 { 3_600_000 }
}
