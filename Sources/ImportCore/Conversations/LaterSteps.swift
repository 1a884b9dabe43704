/// What is done to a conversation at the API after it was created, since a create request can say neither: who it is
/// assigned to, and how it ends.
package struct LaterSteps: Sendable, Hashable {
    package var assigneeID: String?
    /// `resolve` or `close`; nil where it stays open.
    package var ending: Step?

    package init(assigneeID: String? = nil, ending: Step? = nil) {
        self.assigneeID = assigneeID
        self.ending = ending
    }

    /// - Parameter assigns: whether the destination is to assign conversations at all.
    package init(of conversation: Conversation, assigns: Bool) {
        assigneeID = assigns ? conversation.text(.assigneeID) : nil
        ending =
            switch conversation.status {
            case .resolved: .resolve
            case .closed: .close
            // There is no request that makes a conversation pending, and a new one is open.
            case .open, .pending, nil: nil
            }
    }

    /// In the order in which they are done: assigning is documented for open conversations.
    package var steps: [Step] { (assigneeID == nil ? [] : [.assign]) + (ending.map { [$0] } ?? []) }

    package var isEmpty: Bool { assigneeID == nil && ending == nil }
}

extension AttemptEntry {
    /// The steps that are still to be done to this entry's conversation, each as an entry of its own: they can be
    /// repeated without harm, so an `intent` of one means "to be done", also after a kill.
    package func laterSteps(startedAt time: Int64) -> [AttemptEntry] {
        guard let later = content?.later, let remoteID else { return [] }
        return later.steps.map { step in
            AttemptEntry(
                record: record, step: step, state: .intent, attempt: 1, keyFingerprint: keyFingerprint,
                remoteID: remoteID, startedAt: time,
                content: step == .assign
                    ? RequestContent(
                        messageDigest: nil, customerID: nil, later: LaterSteps(assigneeID: later.assigneeID)) : nil)
        }
    }
}
