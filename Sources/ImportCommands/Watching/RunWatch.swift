import ArgumentParser
import Checkpointing
import Foundation
import ImportCore
import Synchronization

/// Tells those who watch unattended runs how a process ended, however it ended: also before it began, so that nothing
/// that is read in the morning is last night's.
///
/// In this order, so that the last line stays the last: the history, the summary, the metrics, the plan's hook, and the
/// sentence for the mail.
final class RunWatch: Sendable {
    private struct State {
        var file: PlanFile?
        var checkpoint: String?
        var entry: ProcessEntry?
        /// The last process of the history that tells of figures; nil for none.
        var before: ProcessEntry?
        var progress: RunProgress?
        var reason: String?
        var requests = 0
        var sentence: String?
    }

    private let plan: String
    private let destination: String
    private let summary: String?
    private let metrics: String?
    private let console: Console
    private let startedAt = Date()
    private let clock = ProcessClock()
    private let state = Mutex(State())

    /// - Parameters:
    ///   - plan: the plan's path.
    ///   - summary: where the summary goes; nil for nowhere.
    init(plan: String, destination: String, summary: String?, options: WatchOptions, console: Console) {
        self.plan = plan
        self.destination = destination
        self.summary = summary
        metrics = options.metrics
        self.console = console
    }

    /// The plan is read: its name and its hook are known.
    func reads(_ file: PlanFile, checkpoint: String) {
        Console.about(plan: file.plan.name, destination: destination)
        state.withLock { ($0.file, $0.checkpoint) = (file, checkpoint) }
    }

    /// The checkpoint is open: from here on the history has this process.
    func enters(_ checkpoint: CheckpointFile) async throws {
        let progress = try await checkpoint.progress()
        let before = try await checkpoint.history().last { $0.figures != nil }
        let entry = try await checkpoint.beginProcess(at: milliseconds(startedAt))
        if let run = entry.runID { Console.about(run: run) }
        state.withLock { state in
            state.entry = entry
            state.progress = progress
            state.before = before
        }
    }

    /// The run is at its end, as far as this process brings it.
    ///
    /// - Parameter sentence: the last line of all.
    func ends(_ progress: RunProgress, reason: String, requests: Int, sentence: String) {
        Console.about(run: progress.runID)
        state.withLock { state in
            state.progress = progress
            state.reason = reason
            state.requests = requests
            state.sentence = sentence
        }
    }

    /// Writes the end of this process into the history, while the checkpoint is still open. What fails here has failed
    /// before, and was told.
    func leaves(_ checkpoint: CheckpointFile, _ result: Result<ExitStatus, any Error>) async {
        if case .failure = result, let progress = try? await checkpoint.progress() {
            state.withLock { $0.progress = progress }
        }
        guard let entry = state.withLock({ $0.entry }) else { return }
        try? await checkpoint.keep(finished(entry, end(result)))
    }

    /// Runs the command, and tells how it ended.
    func over(_ command: () async throws -> ExitStatus) async throws -> ExitStatus {
        let result: Result<ExitStatus, any Error>
        do { result = .success(try await command()) } catch { result = .failure(error) }
        let end = end(result)
        await enterLate(end)
        let failure = await tell(end)
        let status = try result.get()
        if let failure { throw failure }
        if let sentence = state.withLock({ $0.sentence }) {
            console.conclude(sentence, [("status", .number(Int(end.status.rawValue)))])
        }
        return status
    }

    private func end(_ result: Result<ExitStatus, any Error>) -> RunEnd {
        let (status, failed): (ExitStatus, String?) =
            switch result {
            case .success(let status): (status, nil)
            case .failure(is ValidationError): (.usage, ExitStatus.usage.meaning)
            case .failure(let error as any PresentableError): (error.report.status, error.report.message)
            case .failure: (.bug, ExitStatus.bug.meaning)
            }
        let now = Date()
        return state.withLock { state in
            RunEnd(
                plan: state.file?.plan.name, destination: destination, status: status,
                reason: failed.map { "stopped: " + $0 } ?? state.reason ?? status.meaning, progress: state.progress,
                created: Self.created(state.before, state.progress),
                requests: state.requests, startedAt: startedAt, finishedAt: now, seconds: clock.seconds)
        }
    }

    /// A process that ended before it opened the checkpoint of an earlier one is part of the history, too: as far as
    /// nobody else has the lock.
    private func enterLate(_ end: RunEnd) async {
        let (path, hasEntry) = state.withLock { ($0.checkpoint, $0.entry != nil) }
        guard let path, !hasEntry, FileManager.default.fileExists(atPath: path),
            let lock = try? RunLock(forCheckpoint: path)
        else { return }
        defer { lock.release() }
        guard let checkpoint = try? await CheckpointFile.open(holding: lock) else { return }
        if let entry = try? await checkpoint.beginProcess(at: milliseconds(startedAt)) {
            try? await checkpoint.keep(finished(entry, end))
        }
        try? await checkpoint.close()
    }

    private func finished(_ entry: ProcessEntry, _ end: RunEnd) -> ProcessEntry {
        var entry = entry
        entry.runID = end.progress?.runID ?? entry.runID
        entry.finishedAt = milliseconds(end.finishedAt)
        entry.status = end.status.rawValue
        entry.reason = end.reason
        entry.figures = end.progress.map { ProcessEntry.Figures($0.books) }
        entry.requests = end.requests
        return entry
    }

    /// Writes what others read.
    ///
    /// - Returns: the first thing that could not be written, though the run itself ended well.
    private func tell(_ end: RunEnd) async -> (any Error)? {
        var failure: (any Error)?
        do {
            if let summary { try await end.summary.write(to: summary) }
        } catch {
            failure = error
        }
        do {
            if let metrics { try await MetricsFile(metrics, plan: plan).write(end) }
        } catch {
            failure = failure ?? error
        }
        if let file = state.withLock({ $0.file }), let hook = file.plan.onFinish,
            let problem = await HookProcess(hook, of: file, console: console).run(end)
        {
            console.warn("on_finish: \(problem); the run's status is what it was", .hook)
        }
        return failure
    }

    /// What was created since somebody was last told: also by a process that was killed.
    private static func created(_ before: ProcessEntry?, _ now: RunProgress?) -> Int {
        let created = now?.books.conversations.created ?? 0
        guard let before, before.runID == now?.runID else { return created }
        return max(0, created - (before.figures?.created ?? 0))
    }

    private func milliseconds(_ date: Date) -> Int64 { Int64(date.timeIntervalSince1970 * 1000) }
}
