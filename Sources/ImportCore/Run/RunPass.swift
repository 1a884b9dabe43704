/// Why a pass over a source ended.
enum PassEnding: Equatable {
    case source
    case recordLimit
    case rejectionLimit
    case drained
}

/// One way through a source: two tasks side by side.
///
/// One reads and prepares batches and puts their conversations into a bounded queue; the other is the destination's,
/// which takes them out, and tells the ledger of each intent and outcome. Either can stop the pass; then the other
/// drains.
struct RunPass: Sendable {
    let parts: RunParts
    let ledger: RunLedger

    /// So many conversations wait in the queue before the next batch is let in: more than any destination has in flight.
    private static let lowWater = 256

    private var input: RunInput {
        if parts.isOtherInput { return .other }
        return parts.progress.isRevisiting ? .sourceAndRejected : .source
    }

    func run<Selection: BatchSelection>(
        _ source: any RecordSource, _ selection: @escaping @Sendable () -> Selection
    ) async throws -> PassEnding {
        let queue = ConversationQueue(
            lowWater: Self.lowWater, followsSuccess: parts.progress.books.conversations.created > 0,
            runID: parts.progress.runID, position: parts.progress.position, input: input)
        parts.control.onStop { Task { await queue.drain() } }
        await ledger.onLimit { await queue.drain() }
        return try await withThrowingTaskGroup(of: PassEnding?.self) { group in
            group.addTask {
                do {
                    try await parts.destination.write(queue, journal: ledger)
                } catch {
                    await queue.drain()
                    throw error
                }
                // Nobody takes what is left, should the destination return before the feed's end.
                await queue.drain()
                return nil
            }
            group.addTask {
                do {
                    let ending = try await feed(queue, from: source, selection())
                    await queue.finish()
                    return ending
                } catch {
                    // What is in flight still gets its outcome.
                    await queue.drain()
                    throw error
                }
            }
            var ending = PassEnding.source
            var failure: (any Error)?
            while let result = await group.nextResult() {
                switch result {
                case .success(let end?): ending = end
                case .success(nil): break
                case .failure(let error): failure = failure ?? error
                }
            }
            await ledger.onLimit(nil)
            if let failure { throw failure }
            return await ledger.isLimitPassed ? .rejectionLimit : ending
        }
    }

    private func feed(
        _ queue: ConversationQueue, from source: some RecordSource, _ selection: some BatchSelection
    ) async throws -> PassEnding {
        let pipeline = BatchPipeline(
            source: source, preparation: parts.preparation, businessID: parts.businessID, width: parts.width)
        var selection = selection
        var ending = PassEnding.source
        try await pipeline.forEach { batch in
            guard parts.control.stopReason == nil else {
                ending = .drained
                return false
            }
            guard let selected = try selection.select(batch) else { return true }
            try refuseMissingZone(in: selected.taken)
            ending = selected.ending ?? .source
            try await ledger.begin(selected)
            // Where nothing is to be sent there is nothing that a drain could stop: behind a rejection limit, what an
            // earlier process sent is still told.
            if selected.pending.isEmpty { return ending == .source }
            guard await queue.offer(selected.pending) else {
                ending = .drained
                return false
            }
            return ending == .source
        }
        return ending
    }

    /// A plan that leaves a zone open is wrong for all such records at once: nothing of the batch is sent.
    private func refuseMissingZone(in taken: TakenBatch) throws(RunError) {
        for rejected in taken.rejected {
            for finding in rejected.rejection.findings where finding.code == .dateZoneNeeded {
                let place = rejected.rejection.place
                let file = parts.fileNames.indices.contains(place.file) ? parts.fileNames[place.file] : "the source"
                throw .zoneNeeded(place: "\(file):\(place.line)", field: finding.field ?? "a time")
            }
        }
    }
}
