import Foundation
import ImportCore

/// How one process of a run ended: what the summary, the metrics, the history and the hook tell, each in its own form.
struct RunEnd: Sendable {
    /// The plan's name; nil where it cannot be read.
    var plan: String?
    var destination: String
    var status: ExitStatus
    var reason: String
    /// The run's state, all its processes together; nil where nothing is known of it.
    var progress: RunProgress?
    /// Conversations that were created since the last process that told of any.
    var created: Int
    /// Requests that this process sent.
    var requests: Int
    var startedAt: Date
    var finishedAt: Date
    /// Of this process.
    var seconds: Double

    /// Whether the run reached its end and a person is not needed for what is in: all of it is settled.
    var isSuccess: Bool { (status == .done || status == .someRejected) && progress?.isFinished == true }

    var summary: SummaryFile {
        SummaryFile(
            run: progress?.runID, plan: plan, destination: destination, status: status.rawValue, reason: reason,
            books: progress?.books,
            seconds: progress.flatMap { run in run.finishedAt.map { Double($0 - run.startedAt) / 1000 } },
            startedAt: progress.map { Date(timeIntervalSince1970: Double($0.startedAt) / 1000) } ?? startedAt,
            finishedAt: finishedAt, process: SummaryFile.Process(seconds: seconds, requests: requests))
    }
}
