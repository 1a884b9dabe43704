package import ImportCore

extension CheckpointFile {
    /// The last processes that worked with the checkpoint, at most 400, the oldest first.
    package func history() async throws -> [ProcessEntry] { try await read { try ProcessTable(db: $0).entries() } }

    /// Begins this process's entry, durable from here on, so that one that is killed is seen.
    package func beginProcess(at moment: Int64) async throws -> ProcessEntry {
        let number = try await read { try ProcessTable(db: $0).nextNumber() }
        let entry = ProcessEntry(number: number, runID: try await progress()?.runID, startedAt: moment)
        try await keep(entry)
        return entry
    }

    /// Replaces the entry, when the process ends.
    package func keep(_ entry: ProcessEntry) async throws {
        try await write(Change(process: try EncodedProcess(entry)))
    }
}
