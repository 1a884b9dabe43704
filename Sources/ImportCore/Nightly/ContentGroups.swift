/// The parts of a conversation that change apart from each other. What a destination can carry differs from part to part.
package struct ContentGroups: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The status, and when the conversation was resolved and closed.
    package static let status = ContentGroups(rawValue: 1)
    /// Who it is assigned to.
    package static let assignee = ContentGroups(rawValue: 2)
    /// The opening message and the messages: who wrote what and when.
    package static let messages = ContentGroups(rawValue: 4)
    /// Everything else that a record maps to: subject, times, channel and customer. Neither the key, which is the record's
    /// identity, nor `updated_at`, which moves with every other change.
    package static let rest = ContentGroups(rawValue: 8)

    package static let all: ContentGroups = [.status, .assignee, .messages, .rest]

    /// As reports have them, in one order.
    package var names: [String] {
        zip([Self.status, .assignee, .messages, .rest], ["status", "assignee", "messages", "rest"])
            .filter { contains($0.0) }.map(\.1)
    }
}
