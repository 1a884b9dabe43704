/// A part of the plan's YAML, or of a fault script's: what it holds, the line it stands on, and its dotted name.
struct PlanNode: Sendable {
    enum Content: Sendable {
        case text(PlanText)
        case list([PlanNode])
        /// In the plan's order; a key stands once.
        case map([Entry])
        /// A text that could not be read; that has been reported, so nothing more is said about it.
        case unknown
    }

    struct Entry: Sendable {
        var key: String
        var node: PlanNode
    }

    var content: Content
    /// `conversation.status.values.new`; empty for the plan itself.
    var path: String
    /// The line of its key, or, in a list, its own.
    var line: Int
    /// What the whole is that this is a part of.
    var document = "the plan"

    var name: String { path.isEmpty ? document : path }

    /// What it is, in words for a message.
    var kind: String {
        switch content {
        case .text: "a text"
        case .list: "a list"
        case .map: "a map"
        case .unknown: "unknown"
        }
    }
}

/// A text of the plan, exactly as YAML gives it, with its variables filled in.
struct PlanText: Sendable {
    var value: String
    var typed: String
    /// Whether a part of the value came from the environment. It may be a secret then, so no message shows it.
    var hasVariable: Bool
    /// Nothing was typed at all, not even `""`.
    var isNothing: Bool

    /// The value as a message may show it: as typed where a variable stands in it, and never longer than a line.
    var shown: String {
        let text = hasVariable ? typed : value
        let quoted = CanonicalText.quoted(text.count > 60 ? text.prefix(60) + "…" : text)
        return hasVariable ? "the value of \(quoted)" : quoted
    }
}
