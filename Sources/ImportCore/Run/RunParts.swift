/// What a run is made of.
package struct RunParts: Sendable {
    /// Opens the source from its beginning, with a batch that ends at the given position.
    package var source: @Sendable (_ barrier: SourcePosition?) -> any RecordSource
    package var preparation: Preparation
    package var businessID: String
    /// Pieces in flight.
    package var width: Int
    /// Makes an empty index of keys.
    package var index: @Sendable () -> any KeyIndex
    package var duplicates: Plan.DuplicateKeys
    package var limit: RejectionLimit
    /// After so many records from the position this process ends; nil for no such limit.
    package var mostRecords: Int?
    package var destination: any Destination
    package var checkpoint: any Checkpoint
    package var report: any RejectionReport
    package var observer: any RunObserver
    package var control: RunControl
    package var clock: any WallClock
    /// Where the run stands.
    package var progress: RunProgress
    /// Whether the source is another input than the plan's: matched by key, it leaves the run's position alone.
    package var isOtherInput: Bool
    /// The night that the process writes, where it is one; its source is then another input than the run's.
    package var night: NightWork?
    /// Whether the run had read its source to the end before this process.
    package var wasFinished: Bool
    package var fileNames: [String]
    /// Whether the source can be read from its beginning a second time.
    package var canReadAgain: Bool

    package init(
        source: @escaping @Sendable (SourcePosition?) -> any RecordSource, preparation: Preparation,
        businessID: String, width: Int, index: @escaping @Sendable () -> any KeyIndex,
        duplicates: Plan.DuplicateKeys, limit: RejectionLimit, mostRecords: Int?, destination: any Destination,
        checkpoint: any Checkpoint, report: any RejectionReport, observer: any RunObserver, control: RunControl,
        clock: any WallClock, progress: RunProgress, isOtherInput: Bool, night: NightWork? = nil, wasFinished: Bool,
        fileNames: [String], canReadAgain: Bool
    ) {
        self.source = source
        self.preparation = preparation
        self.businessID = businessID
        self.width = width
        self.index = index
        self.duplicates = duplicates
        self.limit = limit
        self.mostRecords = mostRecords
        self.destination = destination
        self.checkpoint = checkpoint
        self.report = report
        self.observer = observer
        self.control = control
        self.clock = clock
        self.progress = progress
        self.isOtherInput = isOtherInput
        self.night = night
        self.wasFinished = wasFinished
        self.fileNames = fileNames
        self.canReadAgain = canReadAgain
    }
}

/// How a process of a run ended.
package struct RunResult: Sendable {
    package var progress: RunProgress
    package var status: ExitStatus
    package var reason: String
    /// What stopped the run, where something did.
    package var failure: FailureReport?
    /// Requests of this process.
    package var requests: Books.Requests
    /// What stays in doubt after all of it was looked up; nil where the process ended before that.
    package var openDoubts: [OpenDoubt]?
}
