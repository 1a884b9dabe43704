extension Sequence where Element: Sendable {
    /// Does something with each, with at most so many under way: most of what a test of whole runs does is waiting.
    ///
    /// - Returns: what came of it, in no order.
    package func atOnce<Value: Sendable>(
        _ width: Int, _ work: @escaping @Sendable (Element) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { group in
            var values: [Value] = []
            for (index, element) in enumerated() {
                if index >= width, let value = try await group.next() { values.append(value) }
                group.addTask { try await work(element) }
            }
            for try await value in group { values.append(value) }
            return values
        }
    }
}
