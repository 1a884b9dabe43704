import Checkpointing
import Foundation
import ImportCore

/// What `status` can say of a run's future: when it will be done at the pace of the last minutes, or, where a quota or
/// the window stopped it, at the pace of its last process; and what is left of its message budget.
struct StatusOutlook: Sendable {
    let lines: [String]

    /// The pace is that of the last ten minutes. A run that sent nothing for two is not at work, or waits.
    private static let memory: Int64 = 600_000
    private static let silence: Int64 = 120_000

    /// - Parameter options: nil for a destination that does not speak the API.
    init(
        _ checkpoint: CheckpointFile, options: APIOptions?, progress: RunProgress?, history: [ProcessEntry]
    ) async throws {
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
        if progress.status == ExitStatus.quota.rawValue, progress.finishedAt != nil, !progress.isFinished,
            let last = history.last(where: { $0.requests ?? 0 > 0 })
        {
            let pace = try await checkpoint.sendingPace(since: last.startedAt)
            if let line = Self.rest(pace, progress, options, spending: spending, now: milliseconds) {
                lines.append(line)
            }
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

    /// When a run that waits for its next month or its next night will be done, as far as its pace and its budget tell.
    private static func rest(
        _ pace: SendingPace, _ progress: RunProgress, _ options: APIOptions, spending: MessageSpending, now: Int64
    ) -> String? {
        guard let expected = progress.expected, expected > pace.sent else { return nil }
        let left = expected - pace.sent
        let moment = Int(now / 1000)
        let window = SendingWindow(options.window)
        var start = moment
        if let budget = options.messageBudget, budget > 0 {
            // Each conversation is taken to have a message: who has fewer is done sooner.
            let month = CalendarMonth(milliseconds: now)
            var rest = left - max(0, budget - spending.used(in: month))
            var last = month
            while rest > 0, last.year < month.year + 100 {
                last = last.next
                rest -= budget
            }
            if last != month { start = last.start }
        }
        guard let perSecond = pace.perSecond ?? options.rate else { return nil }
        let seconds = Double(left) / perSecond
        let end = window.map { $0.end(ofWork: seconds, from: start) } ?? start + Int(seconds)
        return "\(Figures.grouped(pace.sent)) of about \(Figures.grouped(expected)) sent; "
            + "at \(Figures.rate(perSecond)), continued whenever it may send, the rest is done"
            + (end.map { " by " + MomentText.of($0, now: moment, zone: window?.zone(at: $0)) }
                ?? " in no foreseeable time")
    }
}
