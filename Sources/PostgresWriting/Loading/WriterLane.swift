import ImportCore

/// One connection that loads batches, one after the other, on a thread of its own.
actor WriterLane {
    private let executor = BlockingExecutor(label: "postgres-writing")
    private let statements: LoadStatements
    private let isFresh: Bool
    private var slot: ConnectionSlot
    /// What went well last: a second run finds its rows there already, batch after batch.
    private var path = BatchLoader.Path.direct

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ settings: ConnectionSettings, statements: LoadStatements, isFresh: Bool) {
        slot = ConnectionSlot(settings)
        self.isFresh = isFresh
        self.statements = statements
    }

    func load(
        _ batch: EncodedBatch, run: RunNumbers, lock: TargetLock.Holder, paths: Set<BatchLoader.Path>
    ) throws -> LoadResult {
        let connection = try slot.ready()
        let loader = BatchLoader(
            connection: connection, statements: statements, run: run, lock: lock, isFresh: isFresh)
        let (result, path) = try loader.load(batch, path: paths.contains(path) ? path : .staged)
        // Through staging only while it finds something: rows that are new go in faster directly.
        self.path = path == .staged && result.present.isEmpty ? .direct : path
        return result
    }

    func close() { slot.close() }
}
