import ImportCore

/// `source.envelope`: where a record is in the document that a connector has put around it, and which documents hold one.
extension PlanDecoder {
    /// The reason under which documents of other streams are counted.
    private static var reason: String { "other-stream" }

    /// Takes the place for all fields that are named from now on, and gives the rules that pass over what holds no record.
    mutating func envelope(_ node: PlanNode?) -> [SkipRule] {
        guard let map = map(node, of: EnvelopeKey.self) else { return [] }
        // The conditions are about the document, so they come before its fields are the record's.
        let conditions = matches(map[.matches]) { .isNone(of: $0) }
        envelope = field(required(map, .record, example: "data"), as: map.node.path + ".record")?.path
        // Each of them must hold for a record: one that fails is enough to pass a document over.
        return conditions.map { SkipRule(reason: Self.reason, conditions: [$0]) }
    }
}
