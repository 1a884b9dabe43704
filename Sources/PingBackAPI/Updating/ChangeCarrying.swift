package import ImportCore

/// Carries changes as far as PingBack's API goes: a status to `resolved` or `closed`, and an assignee, by the steps that
/// follow a creation. No message is ever sent for a change: it would be delivered to the customer.
package struct ChangeCarrying: Updating {
    private let destination: APIDestination
    /// The steps of a record, as the checkpoint has them.
    private let entry: @Sendable (RecordID, Step) async throws -> AttemptEntry?

    /// So many conversations are looked at before the steps of any are taken: a stop comes between two of these.
    private static let group = 256

    package init(
        _ destination: APIDestination, entry: @escaping @Sendable (RecordID, Step) async throws -> AttemptEntry?
    ) {
        self.destination = destination
        self.entry = entry
    }

    package func update(
        _ changes: [ChangedConversation], in context: UpdatingContext
    ) async throws -> [UpdateOutcome] {
        var outcomes: [UpdateOutcome] = []
        outcomes.reserveCapacity(changes.count)
        var rest = changes[...]
        while !rest.isEmpty {
            let group = Array(rest.prefix(Self.group))
            rest = rest.dropFirst(Self.group)
            outcomes += try await carry(group, in: context)
        }
        return outcomes
    }

    private func carry(_ changes: [ChangedConversation], in context: UpdatingContext) async throws -> [UpdateOutcome] {
        let reader = destination.reader { await context.journal.note($0) }
        let planned = try await sideBySide(Array(changes), width: destination.width) { change in
            guard context.control.stopReason == nil else { return PlannedSteps?.none }
            return try await plan(change, reader: reader, context)
        }
        let steps = planned.compactMap(\.self).flatMap(\.steps)
        let journal = StepJournal(context.journal)
        if !steps.isEmpty {
            // What is to be overwritten can be seen only now.
            try await context.propose(
                zip(changes, planned).compactMap { change, planned in
                    planned.flatMap { $0.steps.isEmpty ? nil : (change: change, drifts: $0.drifts) }
                })
            // To be done, also by another process.
            try await context.journal.record(steps)
            try await destination.take(steps, control: context.control, journal: journal)
        }
        let settled = await journal.settled
        return zip(changes, planned).map { change, planned in
            planned?.outcome(of: change, settled[change.record] ?? [])
                ?? UpdateOutcome(.notReached, remoteID: change.remoteID)
        }
    }

    private func plan(
        _ change: ChangedConversation, reader: ConversationReader, _ context: UpdatingContext
    ) async throws -> PlannedSteps {
        var planned = PlannedSteps(onDrift: context.onDrift)
        if let id = change.remoteID, !change.groups.isDisjoint(with: [.status, .assignee]) {
            if let shown = try await reader.conversation(id) {
                let own = OwnSteps(
                    assign: try await entry(change.record, .assign), resolve: try await entry(change.record, .resolve),
                    close: try await entry(change.record, .close), runStart: context.startedAt)
                planned.plan(change, over: shown, own: own, assigns: destination.assignsConversations)
            } else {
                planned.conversationVanished()
            }
        } else if change.remoteID == nil {
            planned.conversationUnknown()
        }
        planned.listUncarried(change.groups)
        return planned
    }
}

/// Hands on what it is told, and keeps what became of the steps.
private actor StepJournal: Journal {
    private(set) var settled: [RecordID: [AttemptEntry]] = [:]
    private let journal: any Journal

    init(_ journal: any Journal) { self.journal = journal }

    func record(_ entries: [AttemptEntry]) async throws {
        try await journal.record(entries)
        for entry in entries where entry.state == .done || entry.state == .refused {
            settled[entry.record, default: []].append(entry)
        }
    }

    func note(_ event: DestinationEvent) async { await journal.note(event) }
}
