import ImportCore

/// The steps that carry a change, and what is listed instead.
struct PlannedSteps: Sendable {
    private(set) var steps: [AttemptEntry] = []
    private(set) var drifts: [Drift] = []
    /// Whether an earlier process of the run did one of them.
    private var isDoneBefore = false
    private let onDrift: DriftRule

    init(onDrift: DriftRule) { self.onDrift = onDrift }

    private var ending: Drift.Ending { onDrift == .overwrite ? .overwritten : .kept }

    // MARK: - What is not carried

    /// The API creates nothing for a change, since it could not give back what was there.
    mutating func conversationVanished() {
        drifts.append(
            Drift(
                "conversation", before: nil, after: nil, reason: .vanishedThere,
                ending: onDrift == .overwrite ? .notCarried : .kept))
    }

    /// Nobody knows which conversation it is.
    mutating func conversationUnknown() {
        drifts.append(
            Drift("conversation", before: nil, after: nil, reason: .cannotCarry, ending: .notCarried))
    }

    mutating func listUncarried(_ groups: ContentGroups) {
        drifts += groups.intersection([.messages, .rest]).names.map { name in
            Drift(name, before: nil, after: nil, reason: .cannotCarry, ending: .notCarried)
        }
    }

    // MARK: - What is

    /// - Parameter assigns: whether the plan has conversations assigned at all.
    mutating func plan(
        _ change: ChangedConversation, over shown: ConversationObject, own: OwnSteps, assigns: Bool
    ) {
        if change.groups.contains(.assignee) { planAssignee(change, over: shown, own, assigns: assigns) }
        if change.groups.contains(.status) { planStatus(change, over: shown, own) }
    }

    private mutating func planAssignee(
        _ change: ChangedConversation, over shown: ConversationObject, _ own: OwnSteps, assigns: Bool
    ) {
        let wanted = change.conversation.text(.assigneeID)
        guard shown.assigneeID?.lowercased() != wanted?.lowercased() else { return isThere(.assign, own) }
        let drift = { (reason, ending) in
            Drift("assignee_id", before: shown.assigneeID, after: wanted, reason: reason, ending: ending)
        }
        // There is no request that takes an assignee away.
        guard let wanted, assigns else { return drifts.append(drift(.cannotCarry, .notCarried)) }
        // An id that is not known to be ours is somebody else's: the safe side.
        let isOurs =
            shown.assigneeID == nil
            ? !own.hasAssigned
            : own.hasAssigned(shown.assigneeID, to: change.remoteID) ?? change.wasAssigned(shown.assigneeID) ?? false
        if !isOurs { drifts.append(drift(.changedThere, ending)) }
        if isOurs || onDrift == .overwrite { add(.assign, of: change, own, assignee: wanted) }
    }

    private mutating func planStatus(
        _ change: ChangedConversation, over shown: ConversationObject, _ own: OwnSteps
    ) {
        let wanted = change.conversation.status ?? .open
        let step: Step? =
            switch wanted {
            // What becomes of a closed conversation that is resolved is not documented.
            case .resolved: shown.status == ConversationStatus.closed.name ? nil : .resolve
            case .closed: .close
            // There is no request that opens a conversation, or makes it pending.
            case .open, .pending: nil
            }
        if shown.status == wanted.name {
            if let step { isThere(step, own) }
            return
        }
        let drift = { (reason, ending) in
            Drift("status", before: shown.status, after: wanted.name, reason: reason, ending: ending)
        }
        guard let step else { return drifts.append(drift(.cannotCarry, .notCarried)) }
        let isOurs = shown.status == own.status.name
        if !isOurs { drifts.append(drift(.changedThere, ending)) }
        if isOurs || onDrift == .overwrite { add(step, of: change, own) }
    }

    private mutating func isThere(_ step: Step, _ own: OwnSteps) {
        if own.isDoneInThisRun(step) { isDoneBefore = true }
    }

    private mutating func add(
        _ step: Step, of change: ChangedConversation, _ own: OwnSteps, assignee: String? = nil
    ) {
        steps.append(
            AttemptEntry(
                record: change.record, step: step, state: .intent, attempt: (own.entry(step)?.attempt ?? 0) + 1,
                keyFingerprint: change.conversation.keyFingerprint, remoteID: change.remoteID,
                startedAt: WallClock.milliseconds(),
                content: assignee.map {
                    RequestContent(messageDigest: nil, customerID: nil, later: LaterSteps(assigneeID: $0))
                }))
    }

    // MARK: - What became of it

    func outcome(of change: ChangedConversation, _ settled: [AttemptEntry]) -> UpdateOutcome {
        let result: UpdateOutcome.Result
        if let refused = settled.first(where: { $0.state == .refused }) {
            result = .refused(
                Finding(
                    .refused, field: refused.step == .assign ? "assignee_id" : "status",
                    refused.detail ?? "the server refuses it",
                    hint: "correct the record or the conversation; it is tried again in the next night"))
        } else if settled.count < steps.count {
            result = .notReached
        } else {
            result = steps.isEmpty && !isDoneBefore ? .unchanged : .updated
        }
        return UpdateOutcome(result, remoteID: change.remoteID, drifts: drifts)
    }
}
