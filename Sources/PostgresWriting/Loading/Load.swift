import ImportCore

/// One pass of loading: what happens to a batch between the feed and the journal.
struct Load: Sendable {
    let session: TargetSession
    let patience: Patience
    let journal: any Journal
    let run: RunNumbers
    let ids: ConversationIdentity
    /// Whether the column is `jsonb`, not `json`.
    let attachmentsAreBinary: Bool
    /// The ways into the tables that the server allows.
    let paths: Set<BatchLoader.Path>

    func place(_ conversations: [Conversation]) async throws -> PlacedBatch {
        var batch = await session.place(conversations)
        batch.refuse(customers: try await patience.retrying { try await session.createCustomers(run: run) })
        let refused = batch.refused.compactMap { ids.conversation($0.conversation) }
        if !refused.isEmpty {
            batch.accept(try await patience.retrying { try await session.earlier(refused, run: run) }, identity: ids)
        }
        return batch
    }

    /// Encodes a batch, loads it, and tells the journal what became of each record.
    func load(_ placed: PlacedBatch, on lane: WriterLane) async throws {
        let batch = await encode(placed.placed)
        var result = LoadResult()
        if !batch.all.isEmpty {
            result = try await patience.retrying {
                try await lane.load(batch, run: run, lock: try await session.held(), paths: paths)
            }
        }
        var entries = placed.refused.map { entry(of: $0.conversation, refused: $0.refusal) }
        entries += placed.earlier.map {
            entry(of: $0.conversation, id: ids.conversation($0.conversation), isPresent: $0.origin != .thisRun)
        }
        for index in batch.all {
            let conversation = placed.placed[index].conversation
            if let error = result.refused[index] {
                entries.append(entry(of: conversation, refused: .server(error)))
            } else {
                entries.append(
                    entry(of: conversation, id: batch.ids[index], isPresent: result.present.contains(index)))
            }
        }
        try await journal.record(entries)
    }

    /// On the shared pool, beside whatever waits for the server.
    @concurrent private func encode(_ placed: [PlacedConversation]) async -> EncodedBatch {
        EncodedBatch(placed, identity: ids, run: run.run, attachmentsAreBinary: attachmentsAreBinary)
    }

    private func entry(of conversation: Conversation, id: BinaryUUID?, isPresent: Bool) -> AttemptEntry {
        AttemptEntry(
            record: conversation.id, state: .done, attempt: isPresent ? 0 : 1,
            keyFingerprint: conversation.keyFingerprint, remoteID: id?.description, startedAt: 0)
    }

    private func entry(of conversation: Conversation, refused refusal: Refusal) -> AttemptEntry {
        AttemptEntry(
            record: conversation.id, state: .refused, attempt: 1, keyFingerprint: conversation.keyFingerprint,
            detail: refusal.words, code: refusal.code, startedAt: 0)
    }
}
