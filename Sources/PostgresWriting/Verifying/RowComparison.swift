import ImportCore

/// Names the fields in which a row differs from what a run would write, without their values.
enum RowComparison {
    /// - Parameter unsure: columns of which nobody can say now what a run would write.
    static func fields(
        _ expected: Tuple, _ stored: Tuple, _ columns: [String], unsure: Set<String> = []
    ) -> [String] {
        columns.indices.filter { column in
            !unsure.contains(columns[column]) && expected.value(column) != stored.value(column)
        }.map { columns[$0] }
    }

    /// Messages by their ids: they have no other order.
    static func messages(_ expected: [Tuple], _ stored: [Tuple]) -> [ConversationDifference.Problem] {
        var problems: [ConversationDifference.Problem] = []
        var rest = Dictionary(stored.compactMap { tuple in tuple.uuid(0).map { ($0, tuple) } }) { first, _ in first }
        for tuple in expected {
            guard let id = tuple.uuid(0) else { continue }
            guard let found = rest.removeValue(forKey: id) else {
                problems.append(.messageMissing(id: id.description))
                continue
            }
            let fields = fields(tuple, found, EncodedBatch.messageColumns)
            if !fields.isEmpty { problems.append(.messageFields(id: id.description, fields)) }
        }
        problems += rest.keys.map(\.description).sorted().map { .messageExtra(id: $0) }
        return problems
    }
}

extension TupleBuffer {
    /// The rows, as they would be read back.
    var tuples: [Tuple] {
        var reader = TupleReader()
        var tuples: [Tuple] = []
        reader.read(copy(of: 0..<conversations)) { tuples.append($0) }
        return tuples
    }
}
