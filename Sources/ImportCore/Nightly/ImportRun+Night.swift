/// How a run writes a night: changes first, then what is new, and what it leaves behind for the next one.
extension ImportRun {
    /// Carries changes first: what is new may have to wait for a budget of messages.
    func read(_ work: NightWork) async throws -> PassEnding {
        let plan = try await NightPlan(
            work.night, parts.checkpoint, fileNames: parts.fileNames,
            carriesHistory: parts.destination.traits.carriesHistory)
        await ledger.begin(plan)
        var left = NightRemainder(of: plan)
        do {
            let ending = try await write(work, plan, &left)
            try await leave(work, plan, left)
            return ending
        } catch {
            // What is in stays known; where that cannot be written down either, the next night finds it out.
            try? await leave(work, plan, left)
            throw error
        }
    }

    private func write(_ work: NightWork, _ plan: NightPlan, _ left: inout NightRemainder) async throws -> PassEnding {
        let updates = NightUpdates(parts: parts, ledger: ledger, work: work, plan: plan)
        let figures = work.night.facts.figures
        let isLimitPassed = parts.limit.isPassed(
            read: figures.read, rejected: figures.rejected(by: parts.duplicates), isEnd: true)
        if plan.hasUpdates, !isLimitPassed {
            left.changes = try await updates.run(.changed, parts.source(nil))
        }
        guard !isStopped else {
            // How far it came is not known: a change that is carried twice does no harm.
            left.changes = nil
            return .drained
        }
        guard plan.needsWriting(duplicates: parts.duplicates) else {
            await ledger.pass(plan.passing(duplicates: parts.duplicates))
            return .source
        }
        await ledger.pass(try plan.night.settledCounts())
        let ending = try await run(source) {
            NightSelection(
                plan: plan, fileNames: parts.fileNames, duplicates: parts.duplicates, sends: !isLimitPassed)
        }
        guard ending == .source else { return ending }
        let sent = try await sendAgain { released in
            let own = released.filter { $0.record.file >= plan.firstFile || plan.reused.contains($0.record) }
            guard !own.isEmpty else { return nil }
            let entries = Dictionary(own.map { ($0.record, $0) }, uniquingKeysWith: { first, _ in first })
            return try await run(parts.source(nil)) {
                ReleasedNightSelection(plan: plan, released: entries, fileNames: parts.fileNames)
            }
        }
        if plan.uncertain != nil, !isLimitPassed, !isStopped, await ledger.books.conversations.alreadyPresent > 0 {
            let found = try await updates.run(.found, parts.source(nil))
            left.changes = found.union(left.changes ?? [])
        }
        if !isStopped { left.unread = nil }
        return isLimitPassed ? .rejectionLimit : sent
    }

    /// Makes what is in now the baseline of the next night.
    private func leave(_ work: NightWork, _ plan: NightPlan, _ left: NightRemainder) async throws {
        _ = try await work.night.leaveBaseline(
            runID: parts.progress.runID, keys: plan.keys.afterwards(parts.checkpoint),
            carriesHistory: parts.destination.traits.carriesHistory, listsVanished: true, unread: left.unread
        ) { record, place in
            left.changes?.contains(place) ?? (record.standing == .changed)
        }
        await ledger.leftBaseline()
    }
}
