/// Reads and prepares the pieces of a source side by side, and hands the batches over one by one, in order.
///
/// Pulled and bounded: no more than `width` pieces are in memory, whatever the file's size, and none is read ahead of
/// what the caller takes.
package struct BatchPipeline<Source: RecordSource>: Sendable {
    private let source: Source
    private let preparation: Preparation
    private let businessID: String
    private let width: Int

    private struct Prepared: Sendable {
        var sequence: Int
        var piece: Source.Piece
        var mark: Source.Mark
        var batch: ValidatedBatch
    }

    /// - Parameter width: pieces in flight; two more than there are cores keep all cores busy while one is handed over.
    package init(source: Source, preparation: Preparation, businessID: String, width: Int) {
        self.source = source
        self.preparation = preparation
        self.businessID = businessID
        self.width = width
    }

    /// Calls `body` with each batch until it returns false or the source ends.
    package func forEach(_ body: (ConversationBatch) async throws -> Bool) async throws {
        try await withThrowingTaskGroup(of: Prepared.self) { group in
            defer { group.cancelAll() }
            var given = 0
            var taken = 0
            var ready: [Int: Prepared] = [:]
            try await fill(&group, given: &given, taken: taken)
            while taken < given {
                try Task.checkCancellation()
                while ready[taken] == nil {
                    guard let prepared = try await group.next() else { return }
                    ready[prepared.sequence] = prepared
                }
                guard let prepared = ready.removeValue(forKey: taken) else { return }
                taken += 1
                // Stale pieces are thrown away here; their bytes come again.
                let span = await source.accept(prepared.piece, prepared.mark)
                // The next pieces are on their way before this one is handed over, so that no core waits for it.
                try await fill(&group, given: &given, taken: taken)
                guard let span else { continue }
                let batch = ConversationBatch(prepared.batch, businessID: businessID, span: span)
                guard try await body(batch) else { return }
            }
        }
    }

    private func fill(
        _ group: inout ThrowingTaskGroup<Prepared, any Error>, given: inout Int, taken: Int
    ) async throws {
        while given - taken < width {
            guard case .piece(let piece) = try await source.nextPiece() else { return }
            let sequence = given
            group.addTask { [source, preparation] in
                let (batch, mark) = source.read(piece)
                let prepared = preparation.prepare(consume batch)
                return Prepared(sequence: sequence, piece: piece, mark: mark, batch: prepared)
            }
            given += 1
        }
    }
}
