import Checkpointing
import Foundation
import ImportCore

/// What `status` can say of a run's future: when it will be done at the pace of the last minutes, and what is left of
/// its message budget.
struct StatusOutlook {
    let lines: [String]

    /// The pace is that of the last ten minutes. A run that sent nothing for two is not at work, or waits.
    private static let memory: Int64 = 600_000
    private static let silence: Int64 = 120_000

    /// - Parameter options: nil for a destination that does not speak the API.
    init(_ checkpoint: CheckpointFile, options: APIOptions?, progress: RunProgress?) async throws {
        guard let progress, let options else {
            lines = []
            return
        }
        let milliseconds = Int64(Date().timeIntervalSince1970 * 1000)
        let pace = try await checkpoint.sendingPace(since: milliseconds - Self.memory)
        let spending = try await checkpoint.messageSpending()
        var lines: [String] = []
        if progress.finishedAt == nil, let line = Self.pace(pace, progress, options, now: milliseconds) {
            lines.append(line)
        }
        if let month = spending.lastMonth {
            let used = "\(Figures.grouped(spending.used(in: month)))"
            let budget = options.messageBudget.map { " of \(Figures.grouped($0))" } ?? ""
            lines.append("opening messages in \(month.name): \(used)\(budget)")
        }
        self.lines = lines
    }

    private static func pace(
        _ pace: SendingPace, _ progress: RunProgress, _ options: APIOptions, now: Int64
    ) -> String? {
        guard let perSecond = pace.perSecond, let last = pace.last, now - last < silence else { return nil }
        let words = "\(Figures.grouped(pace.sent)) sent, \(Figures.rate(perSecond))"
        guard let expected = progress.expected, expected > pace.sent else { return words }
        let seconds = Double(expected - pace.sent) / perSecond
        let now = Int(now / 1000)
        let window = SendingWindow(options.window)
        let end = window.map { $0.end(ofWork: seconds, from: now) } ?? now + Int(seconds)
        return words + ", about \(Figures.grouped(expected)) in all; at this pace \(Figures.duration(seconds))"
            + (end.map { ", until " + MomentText.of($0, now: now, zone: window?.zone(at: $0)) } ?? "")
    }
}
