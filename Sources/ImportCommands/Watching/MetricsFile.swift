import Checkpointing
import Foundation
import ImportCore

/// The file that node_exporter's textfile collector reads: how the last process ended, and what is there by now.
///
/// One file is for one plan and destination. It replaces the one before as a whole; what counts on from one process to
/// the next, and the last success, is taken over from it, so a file that is lost begins its counters anew, which
/// Prometheus knows how to take. Others may read it: nothing of a person's is in it.
struct MetricsFile {
    private static let mode = 0o644
    /// Far above any that we write.
    private static let longest = 1 << 20

    private let path: String
    private let fallbackPlan: String

    /// - Parameter plan: the plan's path, after which the series are named where the plan could never be read.
    init(_ path: String, plan: String) {
        self.path = path
        fallbackPlan = URL(filePath: plan).deletingPathExtension().lastPathComponent
    }

    func write(_ end: RunEnd) async throws {
        let before = MetricsText.samples(in: contents)
        let text = text(end, before: before)
        try await AtomicFile.write(Array(text.utf8), to: path, mode: Self.mode)
    }

    private var contents: String {
        guard let data = FileManager.default.contents(atPath: path), data.count <= Self.longest else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// What stands in a file after such an end with every figure there may be, for the documentation to be held to.
    static func example(_ end: RunEnd) -> String {
        var end = end
        var books = Books()
        books.limits["message_budget"] = 1
        end.progress = RunProgress(
            runID: "", position: .start, books: books, reportLengths: [:], files: [], isFinished: true, startedAt: 0)
        return MetricsFile("", plan: "").text(end, before: [:])
    }

    private func text(_ end: RunEnd, before: [String: Double]) -> String {
        var text = MetricsText(
            labels: [
                ("plan", end.plan ?? MetricsText.plan(in: before) ?? fallbackPlan), ("destination", end.destination),
            ],
            before: before)
        text.gauge(
            "last_end_timestamp_seconds", "When the last process ended.", end.finishedAt.timeIntervalSince1970)
        text.kept(
            "last_success_timestamp_seconds",
            "When a process last brought its run to the end with status 0 or 3.",
            end.isSuccess ? end.finishedAt.timeIntervalSince1970 : nil)
        text.gauge("last_exit_status", "The exit status of the last process.", Double(end.status.rawValue))
        text.gauge("last_duration_seconds", "How long the last process took.", end.seconds)
        text.counter(
            "processes_total", "Processes that ended, by exit status.", adding: 1,
            [("status", String(end.status.rawValue))])
        text.counter("requests_total", "Requests sent.", adding: Double(end.requests))
        text.counter("conversations_created_total", "Conversations created.", adding: Double(end.created))
        if let books = end.progress?.books { add(books, to: &text) }
        return text.text
    }

    /// Of the run, so gauges: the next run begins from nothing.
    private func add(_ books: Books, to text: inout MetricsText) {
        text.gauge("records_read", "Records that the run has read.", Double(books.records.read))
        text.gauge("records_skipped", "Records of them that were skipped.", Double(books.records.skipped))
        text.gauges(
            "records_rejected", "Records of them that were rejected, by whom.", "by",
            [("us", books.rejections.byUs), ("destination", books.rejections.byDestination)])
        let conversations = books.conversations
        text.gauges(
            "conversations", "The other records' conversations, by what became of them.", "outcome",
            [
                ("created", conversations.created), ("updated", conversations.updated),
                ("unchanged", conversations.unchanged), ("already_present", conversations.alreadyPresent),
                ("in_doubt", conversations.inDoubt), ("not_sent", conversations.notSent),
            ])
        text.gauges(
            "steps", "Later steps of conversations that are not done, by why.", "outcome",
            [("refused", books.steps.refused), ("in_doubt", books.steps.inDoubt)])
        if let budget = books.limits["message_budget"] {
            text.gauge("message_budget_messages", "Opening messages that the plan allows a month.", Double(budget))
            text.gauge(
                "message_budget_used_messages", "Opening messages of the month that were sent.",
                Double(books.limits["message_budget_used"] ?? 0))
        }
    }
}
