/// A line that a destination has put under each opening message, by which a conversation is known for certain to be its
/// record's: `Imported #1042`. Customers can see it, so it is there only where the plan asks for it.
package struct ReferenceRule: Sendable, Equatable {
    package var parts: [ValueRule.TemplatePart]
    /// The plan's line on which it stands.
    package var line: Int
    /// What of it decides what a record becomes at this destination.
    package var meaning: [Plan.MeaningLine]

    package init(parts: [ValueRule.TemplatePart], line: Int, meaning: [Plan.MeaningLine]) {
        self.parts = parts
        self.line = line
        self.meaning = meaning
    }
}

extension Plan {
    /// The reference that a destination asks for; nil where it asks for none, or carries a ticket's identity by itself.
    package func reference(at destination: String) -> ReferenceRule? {
        switch destination {
        case "sandbox": destinations.sandbox.reference
        case "api": destinations.api?.reference
        default: nil
        }
    }

    /// What decides what a record becomes at a destination: all of the plan's meaning, and what is said for that
    /// destination alone.
    package func meaning(at destination: String) -> [MeaningLine] {
        meaning + (reference(at: destination)?.meaning ?? [])
    }
}
