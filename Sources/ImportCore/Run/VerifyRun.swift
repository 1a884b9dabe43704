/// What a comparison found. The unit is the conversation, but for messages and customers.
package struct VerifyFigures: Sendable, Equatable {
    /// Records that a run would write.
    package var valid = 0
    package var compared = 0
    /// Of those compared: not there, because the run rejected the record, or would.
    package var rejected = 0
    package var missing = 0
    /// There, and not what a run would write.
    package var differing = 0
    package var messagesMissing = 0
    package var messagesExtra = 0
    package var messagesDiffering = 0
    package var customersMissing = 0
    package var customersDiffering = 0

    package init() {}

    /// Conversations that are not right.
    package var wrong: Int { missing + differing }

    mutating func enter(_ problem: ConversationDifference.Problem) {
        switch problem {
        case .missing, .unexpected, .fields: break
        case .messageMissing: messagesMissing += 1
        case .messageExtra: messagesExtra += 1
        case .messageFields: messagesDiffering += 1
        case .customerMissing: customersMissing += 1
        case .customerFields: customersDiffering += 1
        }
    }
}

/// Who is told of differences.
package protocol VerifyObserver: Sendable {
    func differs(_ difference: ConversationDifference, of conversation: Conversation) async throws
    func progressed(_ figures: VerifyFigures)
    func noted(_ event: DestinationEvent)
}

/// The comparison of a source, mapped anew, with what is at a destination: the pipeline of a run, without the writing.
package struct VerifyRun: Sendable {
    /// Opens the source from its beginning.
    package var source: @Sendable () -> any RecordSource
    package var preparation: Preparation
    package var businessID: String
    /// Pieces in flight.
    package var width: Int
    /// Makes an empty index of keys.
    package var index: @Sendable () -> any KeyIndex
    package var duplicates: Plan.DuplicateKeys
    package var fileNames: [String]
    /// How many conversations are compared, chosen at random; nil for all.
    package var sample: Int?
    /// Records that the run rejected, as its checkpoint has them.
    package var rejected: Set<RecordID>

    package init(
        source: @escaping @Sendable () -> any RecordSource, preparation: Preparation, businessID: String, width: Int,
        index: @escaping @Sendable () -> any KeyIndex, duplicates: Plan.DuplicateKeys, fileNames: [String],
        sample: Int?, rejected: Set<RecordID>
    ) {
        self.source = source
        self.preparation = preparation
        self.businessID = businessID
        self.width = width
        self.index = index
        self.duplicates = duplicates
        self.fileNames = fileNames
        self.sample = sample
        self.rejected = rejected
    }

    /// Returns early when `control` is asked to stop.
    package func run(
        at destination: any Verifying, control: RunControl, observer: any VerifyObserver
    ) async throws -> VerifyFigures {
        var selection: SampleSelection<SystemRandomNumberGenerator>?
        if let sample {
            // How many there are is known at the end only, and a sample without that is none: so the source is read twice.
            var total = 0
            try await forEach(source(), control) { total += $0.count }
            selection = SampleSelection(size: sample, of: total, using: SystemRandomNumberGenerator())
        }
        var figures = VerifyFigures()
        try await forEach(source(), control) { conversations in
            let isChosen = conversations.map { _ in selection?.next() ?? true }
            figures.valid += conversations.count
            figures.compared += isChosen.count { $0 }
            let differences = try await destination.verify(
                conversations, isChosen: isChosen, control: control, note: observer.noted)
            for difference in differences {
                let conversation = conversations[difference.index]
                if enter(difference, of: conversation, into: &figures) {
                    try await observer.differs(difference, of: conversation)
                }
            }
            observer.progressed(figures)
        }
        return figures
    }

    /// - Returns: whether it is a difference, and not the trace of a rejection.
    private func enter(
        _ difference: ConversationDifference, of conversation: Conversation, into figures: inout VerifyFigures
    ) -> Bool {
        if case .missing(let code)? = difference.problems.first {
            guard code == nil, !rejected.contains(conversation.id) else {
                figures.rejected += 1
                return false
            }
            figures.missing += 1
            return true
        }
        figures.differing += 1
        for problem in difference.problems { figures.enter(problem) }
        return true
    }

    /// Calls `body` with the conversations of each batch that a run would write.
    private func forEach(
        _ source: some RecordSource, _ control: RunControl, _ body: ([Conversation]) async throws -> Void
    ) async throws {
        let pipeline = BatchPipeline(source: source, preparation: preparation, businessID: businessID, width: width)
        var intake = BatchIntake(index: index(), duplicates: duplicates, fileNames: fileNames)
        try await pipeline.forEach { batch in
            guard control.stopReason == nil else { return false }
            let taken = try intake.take(batch)
            try await body(taken.accepted.map { batch.conversation(at: $0) })
            return true
        }
    }
}
