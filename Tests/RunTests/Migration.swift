import Checkpointing
import FileReading
import ImportCore
import ImportTestSupport

/// One run over several processes: its files, and the server that outlives them.
final class Migration: Sendable {
    let folder: TemporaryFolder
    let server = Server()

    init() throws { folder = try TemporaryFolder() }

    /// How one process goes.
    struct Process {
        var input = RunInput.source
        var size = 7
        /// The process dies after so many commits.
        var commits: Int?
        /// It is asked to stop after so many requests.
        var requests: Int?
        var mostRecords: Int?
        var trouble: Int?
        var refused: Set<String> = []
        var plan = Plan.ofTickets
        var limit = Limits.Rejections.percentage(100)
        var budget: Int?
    }

    /// Runs one process; nil where it died.
    func run(_ tickets: [Ticket], _ process: Process = Process(), seed: UInt64 = 1) async throws -> RunResult? {
        let file = try await openCheckpoint()
        let checkpoint = MortalCheckpoint(file, commits: process.commits)
        do {
            let result = try await run(tickets, process, checkpoint, SharedRandom(seed: seed))
            try await file.close()
            return result
        } catch is MortalCheckpoint.Death {
            try await file.close()
            return nil
        }
    }

    private func run(
        _ tickets: [Ticket], _ process: Process, _ checkpoint: MortalCheckpoint, _ random: SharedRandom
    ) async throws -> RunResult {
        let before = try await checkpoint.progress()
        let progress = try await RunProgress.begin(
            before, reading: process.input, runID: "run", in: checkpoint, clock: StoppedClock())
        let isOther = process.input == .other
        let report = try await ReportFiles.open(
            folder: folder.path(isOther ? "rejects/source" : "rejects"),
            format: .csv(header: Array("id,body,status\n".utf8)),
            lengths: isOther ? [:] : progress.reportLengths)
        let control = RunControl()
        let counter = Countdown(process.requests) { control.stop(.terminated) }
        let destination = ScriptedDestination(
            server: server, trouble: process.trouble, random: random, refused: process.refused,
            sent: { counter.step() }, budget: process.budget)
        let program = try MappingCompiler.compile(
            process.plan, headers: [CSVHeader(names: ["id", "body", "status"])], fileNames: ["tickets.csv"],
            lookups: [:])
        let path = folder.path("")
        let parts = RunParts(
            source: { [size = process.size] in TicketSource(tickets, size: size, barrier: $0) },
            preparation: Preparation(program: program, limits: Limits(), hash: KeyFingerprints.hash),
            businessID: process.plan.businessID, width: 3, index: { SpillingKeyIndex(folder: path) },
            duplicates: process.plan.duplicates, limit: RejectionLimit(process.limit),
            mostRecords: process.mostRecords, destination: destination, checkpoint: checkpoint, report: report,
            observer: SilentObserver(), control: control, clock: StoppedClock(), progress: progress,
            isOtherInput: isOther, wasFinished: before?.isFinished ?? false, fileNames: ["tickets.csv"],
            canReadAgain: true)
        return try await ImportRun(parts).run()
    }

    func openCheckpoint() async throws -> CheckpointFile {
        try await CheckpointFile.open(holding: RunLock(forCheckpoint: folder.path("run.checkpoint")))
    }

    func report(_ name: String) -> String { (try? folder.read("rejects/" + name)) ?? "" }
}

struct StoppedClock: WallClock {
    func milliseconds() -> Int64 { 1 }
}

struct SilentObserver: RunObserver {
    func rejected(_ record: RejectedRecord) {}
    func progressed(_ books: Books, position: SourcePosition) {}
    func noted(_ event: DestinationEvent) {}
}
