/// The parts of a conversation that can change from one night to the next, and that a destination can write each on its
/// own.
package struct ContentGroups: OptionSet, Sendable, Hashable, Codable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `status`, `resolved_at`, `closed_at`.
    package static let status = ContentGroups(rawValue: 1)
    /// `assignee_id`.
    package static let assignee = ContentGroups(rawValue: 2)
    /// The opening message and the messages: sender, text, time and own id of each.
    package static let messages = ContentGroups(rawValue: 4)
    /// Every other field but `updated_at`, which only says that something changed, and the key, which never does.
    package static let rest = ContentGroups(rawValue: 8)

    package static let all: ContentGroups = [.status, .assignee, .messages, .rest]

    /// The groups' names, as reports have them.
    package var names: [String] {
        [(Self.status, "status"), (.assignee, "assignee"), (.messages, "messages"), (.rest, "rest")]
            .filter { contains($0.0) }.map(\.1)
    }
}
