package import ImportCore

/// Compares what a run created through the API with its source: as far as documented reads show it.
///
/// Conversations get their ids from PingBack, so only the run's checkpoint tells which is which.
package struct ReadBack: Verifying {
    private let destination: APIDestination
    /// The steps of a record, as the checkpoint has them.
    private let entry: @Sendable (RecordID, Step) async throws -> AttemptEntry?

    package init(
        _ destination: APIDestination, entry: @escaping @Sendable (RecordID, Step) async throws -> AttemptEntry?
    ) {
        self.destination = destination
        self.entry = entry
    }

    package func prepareToVerify() async throws -> VerifyTarget {
        VerifyTarget(
            destination: try await destination.prepare(),
            notices: [
                "the API shows a conversation's customer, opening message, status and assignee: no more than these is "
                    + "compared"
            ])
    }

    package func verify(
        _ conversations: [Conversation], isChosen: [Bool], control: RunControl,
        note: @escaping @Sendable (DestinationEvent) -> Void
    ) async throws -> [ConversationDifference] {
        let reader = destination.reader { note($0) }
        let chosen = conversations.indices.filter { isChosen[$0] }
        let differences = try await sideBySide(chosen, width: destination.width) { index in
            guard control.stopReason == nil else { return nil as ConversationDifference? }
            return try await difference(conversations[index], index: index, reader: reader)
        }
        return differences.compactMap(\.self)
    }

    private func difference(
        _ conversation: Conversation, index: Int, reader: ConversationReader
    ) async throws -> ConversationDifference? {
        guard let created = try await entry(conversation.id, .create), created.state == .done, created.attempt > 0,
            let id = created.remoteID
        else { return ConversationDifference(index: index, id: "", problems: [.missing(rejectedNow: nil)]) }
        guard let shown = try await reader.conversation(id) else {
            return ConversationDifference(index: index, id: id, problems: [.missing(rejectedNow: nil)])
        }
        var fields: [String] = []
        if let customer = conversation.text(.customerID), shown.customerID?.lowercased() != customer.lowercased() {
            fields.append(TextField.customerID.name)
        }
        if shown.opening != conversation.opening { fields.append(TextField.initialMessage.name) }
        if try await isWrong(shown.status, of: conversation) { fields.append("status") }
        if let assignee = conversation.text(.assigneeID), try await isDone(.assign, of: conversation),
            shown.assigneeID?.lowercased() != assignee.lowercased()
        {
            fields.append(TextField.assigneeID.name)
        }
        return fields.isEmpty ? nil : ConversationDifference(index: index, id: id, problems: [.fields(fields)])
    }

    /// A conversation ends by a step of its own, and what the destination refused is listed where it was.
    private func isWrong(_ status: String?, of conversation: Conversation) async throws -> Bool {
        switch conversation.status {
        case .resolved: try await isDone(.resolve, of: conversation) ? status != "resolved" : false
        case .closed: try await isDone(.close, of: conversation) ? status != "closed" : false
        case .open, .pending, nil: status != "open"
        }
    }

    private func isDone(_ step: Step, of conversation: Conversation) async throws -> Bool {
        try await entry(conversation.id, step)?.state == .done
    }
}

extension Conversation {
    /// Nil where it is opened without a message.
    fileprivate var opening: String? { text(.initialMessage) }
}

extension ConversationObject {
    fileprivate var opening: String? { messages?.first { $0.senderType == "agent" }?.content }
}
