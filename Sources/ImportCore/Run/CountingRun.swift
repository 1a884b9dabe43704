/// Reads a source once, before anything is written, and counts what a destination would have to carry.
package struct CountingRun: Sendable {
    private let source: any RecordSource
    private let preparation: Preparation
    private let businessID: String
    private let width: Int
    private let index: @Sendable () -> any KeyIndex
    private let duplicates: Plan.DuplicateKeys

    /// - Parameters:
    ///   - width: pieces in flight.
    ///   - index: makes an empty index of keys: a repeated key is not written, and so not counted.
    package init(
        source: any RecordSource, preparation: Preparation, businessID: String, width: Int,
        index: @escaping @Sendable () -> any KeyIndex, duplicates: Plan.DuplicateKeys
    ) {
        self.source = source
        self.preparation = preparation
        self.businessID = businessID
        self.width = width
        self.index = index
        self.duplicates = duplicates
    }

    package func run() async throws -> FidelityFigures { try await run(source) }

    private func run(_ source: some RecordSource) async throws -> FidelityFigures {
        let pipeline = BatchPipeline(
            source: source, preparation: preparation, businessID: businessID, width: width)
        var intake = BatchIntake(index: index(), duplicates: duplicates, fileNames: source.fileNames)
        var figures = FidelityFigures()
        try await pipeline.forEach { batch in
            figures.enter(try intake.take(batch))
            return true
        }
        return figures
    }
}
