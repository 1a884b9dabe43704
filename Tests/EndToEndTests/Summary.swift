import Testing

/// A `--summary` file, held to what is promised of every one.
struct Summary {
    /// Keys that are never removed.
    static let keys: [String: [String]] = [
        "entries": ["read", "blank", "grouped", "orphaned"],
        "records": ["read", "valid", "rejected", "skipped"],
        "rejections": ["by_us", "by_destination"],
        "conversations": ["created", "updated", "unchanged", "already_present", "in_doubt", "not_sent"],
        "messages": ["read", "created", "dropped", "rejected", "in_doubt", "not_sent"],
        "customers": ["created"],
        "steps": ["assigned", "resolved", "closed", "refused", "in_doubt"],
        "drift": ["kept", "overwritten", "not_carried"],
        "skipped": [], "lost": [], "limits": [], "repairs": [],
        "requests": ["sent", "retried", "by_status"],
        "process": ["seconds", "requests"],
    ]
    static let values = [
        "version", "run", "plan", "destination", "status", "reason", "seconds", "started_at", "finished_at",
    ]

    private let content: [String: Any]

    init(_ content: [String: Any]) { self.content = content }

    subscript(_ group: String, _ key: String) -> Int {
        let object = content[group] as? [String: Any]
        return object?[key] as? Int ?? -1
    }

    /// Every promised key is there, and the books balance.
    func expectBalance(sourceLocation: SourceLocation = #_sourceLocation) {
        for key in Self.values { #expect(content[key] != nil, "\(key)", sourceLocation: sourceLocation) }
        for (group, keys) in Self.keys {
            let object = content[group] as? [String: Any]
            #expect(object != nil, "\(group)", sourceLocation: sourceLocation)
            for key in keys { #expect(object?[key] != nil, "\(group).\(key)", sourceLocation: sourceLocation) }
        }
        let valid = self["records", "valid"]
        #expect(
            self["records", "read"] == valid + self["records", "rejected"] + self["records", "skipped"],
            sourceLocation: sourceLocation)
        let conversations = (Self.keys["conversations"] ?? []).reduce(0) { $0 + self["conversations", $1] }
        #expect(valid == conversations, sourceLocation: sourceLocation)
        #expect(
            self["records", "rejected"] == self["rejections", "by_us"] + self["rejections", "by_destination"],
            sourceLocation: sourceLocation)
        let messages = (Self.keys["messages"] ?? []).dropFirst().reduce(0) { $0 + self["messages", $1] }
        #expect(self["messages", "read"] == messages, sourceLocation: sourceLocation)
        #expect(
            self["entries", "read"] == self["records", "read"] + self["entries", "blank"],
            sourceLocation: sourceLocation)
    }
}
