/// What is to be sent: what a forecast rests on.
package struct Workload: Sendable, Equatable {
    package var conversations = 0
    /// Of them, those with an opening message.
    package var messages = 0
    /// Requests: each conversation's own, and those that assign, resolve and close.
    package var requests = 0
    /// Whether the figures were reckoned from a part of the source.
    package var isEstimate = false

    package init() {}

    /// Counts the records of a batch that may be written.
    ///
    /// - Parameter assigns: whether conversations are assigned there.
    package mutating func enter(_ taken: TakenBatch, assigns: Bool) {
        for index in taken.accepted { enter(taken.batch.conversation(at: index), assigns: assigns) }
    }

    mutating func enter(_ conversation: Conversation, assigns: Bool) {
        conversations += 1
        if conversation.withBytes(.initialMessage, { _ in }) != nil { messages += 1 }
        requests += 1 + LaterSteps(of: conversation, assigns: assigns).steps.count
    }

    /// The same, so many times as much: a source reckoned from a part of it.
    package func scaled(by factor: Double) -> Workload {
        var scaled = self
        scaled.conversations = Int((Double(conversations) * factor).rounded())
        scaled.messages = Int((Double(messages) * factor).rounded())
        scaled.requests = Int((Double(requests) * factor).rounded())
        scaled.isEstimate = true
        return scaled
    }

    /// What is left of it when so much of it is in already.
    package func without(conversations done: Int, messages sent: Int) -> Workload {
        var left = self
        left.conversations = max(conversations - done, 0)
        left.messages = min(max(messages - sent, 0), left.conversations)
        left.requests =
            conversations > 0
            ? Int((Double(requests) * Double(left.conversations) / Double(conversations)).rounded(.up)) : 0
        return left
    }
}

/// A workload reckoned from the first records of a source and the bytes that they take.
package struct WorkloadSample: Sendable {
    private var workload = Workload()
    private var records = 0
    private var bytes = 0
    /// Whether a file was longer than what was looked at.
    private var isCut = false

    package init() {}

    /// Looks at the first records of a file.
    package mutating func enter(
        _ source: some RecordSource, assigns: Bool, preparation: Preparation, businessID: String
    ) async throws {
        let pipeline = BatchPipeline(source: source, preparation: preparation, businessID: businessID, width: 1)
        var sample = self
        var looked = 0
        try await pipeline.forEach { batch in
            guard looked < SourceSample.size else {
                sample.isCut = true
                return false
            }
            for index in batch.content.valid { sample.workload.enter(batch.conversation(at: index), assigns: assigns) }
            looked += batch.records.records.count
            sample.bytes += batch.span.end.offset - batch.span.start.offset
            return true
        }
        self = sample
    }

    /// There is more of the source than was looked at.
    package mutating func cut() { isCut = true }

    /// The whole source's, by its length in bytes; nil where nothing tells.
    package func workload(ofBytes total: Int) -> Workload? {
        if !isCut { return workload }
        guard bytes > 0 else { return nil }
        return workload.scaled(by: Double(total) / Double(bytes))
    }
}
