package import ImportCore

extension Fidelity {
    /// What becomes of a conversation that is written into PingBack's own tables: nearly all has a column there.
    package static let postgres = Fidelity(exceptions: [
        .initialMessage: Rule(.transformed, "the one message where the record brings none; else those stand for it"),
        .subject: Rule(.folded, "above the first message"),
        .tags: Rule(.lost, "PingBack has no tags"),
    ])
}
