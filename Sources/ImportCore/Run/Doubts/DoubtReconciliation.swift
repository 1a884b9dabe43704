/// Settles a run's doubts apart from it: first by what a person decided, then by looking them up. Nothing new is sent.
package struct DoubtReconciliation: Sendable {
    /// What became of what was in doubt.
    package struct Outcome: Sendable {
        /// The attempts as they stand now, in record order.
        package var attempts: [AttemptEntry] = []
        package var open: [OpenDoubt] = []
        /// Places of decisions about what is settled already.
        package var moot: [String] = []
        package var progress: RunProgress
    }

    private let checkpoint: any Checkpoint
    private let destination: any Destination
    private let progress: RunProgress
    private let clock: any WallClock
    private let onEvent: @Sendable (DestinationEvent) -> Void

    package init(
        checkpoint: any Checkpoint, destination: any Destination, progress: RunProgress, clock: any WallClock,
        onEvent: @escaping @Sendable (DestinationEvent) -> Void
    ) {
        self.checkpoint = checkpoint
        self.destination = destination
        self.progress = progress
        self.clock = clock
        self.onEvent = onEvent
    }

    /// - Parameter acceptsUnlike: whether a conversation that does not look like its request is taken at a person's word.
    package func run(_ stated: [StatedDecision], acceptsUnlike: Bool) async throws -> Outcome {
        let doubts = try await checkpoint.unsettled()
        let ledger = DoubtLedger(
            checkpoint: checkpoint, progress: progress, doubts: doubts, clock: clock, onEvent: onEvent)
        var outcome = Outcome(progress: progress)
        let decided = try await check(stated, against: doubts, acceptsUnlike: acceptsUnlike, &outcome)
        if !decided.isEmpty { try await ledger.record(decided) }
        let records = Set(decided.map(\.record))
        let rest = doubts.filter { !records.contains($0.record) }
        if !rest.isEmpty {
            let context = SettlingContext(traces: await ledger.traces()) { [checkpoint] in
                try await checkpoint.attempts(around: rest)
            }
            outcome.open = try await destination.settle(rest, in: context, journal: ledger)
        }
        outcome.progress = try await ledger.end(requests: await destination.requestCounts())
        for doubt in doubts {
            if let now = try await checkpoint.entry(for: doubt.record, step: doubt.step) {
                outcome.attempts.append(now)
            }
        }
        return outcome
    }

    /// All decisions, or none: what is wrong with one is told before any is carried out.
    private func check(
        _ stated: [StatedDecision], against doubts: [AttemptEntry], acceptsUnlike: Bool, _ outcome: inout Outcome
    ) async throws -> [AttemptEntry] {
        let named = Dictionary(doubts.map { ($0.doubtName, $0) }, uniquingKeysWith: { first, _ in first })
        let known = try await checkpoint.attempts(around: doubts)
        var places: [String: String] = [:]
        var takers: [String: String] = [:]
        var decided: [AttemptEntry] = []
        for item in stated {
            if let first = places.updateValue(item.place, forKey: item.doubt) {
                throw DecisionError.twice(place: item.place, first: first)
            }
            guard let doubt = named[item.doubt] else {
                guard try await isFormer(item.doubt) else {
                    throw DecisionError.unknownDoubt(place: item.place, name: item.doubt)
                }
                outcome.moot.append(item.place)
                continue
            }
            switch item.decision {
            case .absent: decided.append(doubt.settled(.released))
            case .skip: decided.append(doubt.settled(.refused))
            case .created(let id):
                if let first = takers.updateValue(item.place, forKey: id.lowercased()) {
                    throw DecisionError.sameConversation(place: item.place, first: first, id: id)
                }
                guard !known.ids.contains(where: { $0.lowercased() == id.lowercased() }) else {
                    throw DecisionError.alreadyKnown(place: item.place, id: id)
                }
                let made = doubt.settled(
                    .done, remoteID: try await checked(id, item, doubt, acceptsUnlike: acceptsUnlike))
                decided += [made] + doubt.laterSteps(of: made)
            }
        }
        return decided
    }

    /// The id as the server writes it.
    private func checked(
        _ id: String, _ item: StatedDecision, _ doubt: AttemptEntry, acceptsUnlike: Bool
    ) async throws -> String {
        guard let reader = destination as? any CandidateReading else {
            preconditionFailure("only a destination whose requests may be in doubt has doubts to decide")
        }
        let traces = progress.traces ?? OwnTraces()
        guard let candidate = try await reader.candidate(id, for: doubt, traces: traces) else {
            throw DecisionError.noSuchConversation(place: item.place, id: id)
        }
        guard candidate.isPlausible || acceptsUnlike else {
            throw DecisionError.unlike(place: item.place, id: id, differs: candidate.different.map(\.rawValue))
        }
        return candidate.id
    }

    /// Whether an attempt of that name was made, and settled since.
    private func isFormer(_ name: String) async throws -> Bool {
        let numbers = name.split(separator: "-").compactMap { Int($0) }
        // As `RecordID` packs them.
        guard numbers.count == 3, (0..<1 << 19).contains(numbers[0]), (1..<1 << 40).contains(numbers[1]) else {
            return false
        }
        let record = RecordID(file: numbers[0], number: numbers[1])
        guard let entry = try await checkpoint.entry(for: record, step: .create) else { return false }
        return numbers[2] >= 1 && entry.attempt >= numbers[2]
    }
}

extension AttemptEntry {
    /// What is still to be done to the conversation that a person found for this doubt: by the next run.
    fileprivate func laterSteps(of made: AttemptEntry) -> [AttemptEntry] {
        var entry = self
        entry.remoteID = made.remoteID
        return entry.laterSteps(startedAt: startedAt)
    }

    /// The same attempt, settled by a person's word.
    fileprivate func settled(_ state: AttemptState, remoteID: String? = nil) -> AttemptEntry {
        var entry = self
        entry.state = state
        entry.remoteID = remoteID
        entry.content = nil
        entry.code = state == .refused ? .leftOut : nil
        entry.detail = state == .refused ? "left out by decision: whether it is in PingBack is not known" : nil
        return entry
    }
}
