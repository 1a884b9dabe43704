import Foundation
import ImportCore

/// Where one run stands, for a program (`status --json`): one object a line, keys are added and never removed, unknown
/// is null.
struct StatusDocument: Encodable {
    enum State: String, Encodable { case begun, running, stopped, finished }

    var version = 1
    var plan: String
    var destination: String
    var checkpoint: String
    var state: State
    var progress: RunProgress?
    var doubts: Int
    /// What can be said of the run's future, in words.
    var outlook: [String]
    /// Nil where nobody asked for them.
    var processes: [ProcessEntry]?

    init(_ standing: RunStanding, plan: String) {
        self.plan = plan
        destination = standing.destination
        checkpoint = standing.path
        progress = standing.progress
        state =
            switch standing.progress {
            case nil: .begun
            case let progress? where progress.isFinished: .finished
            case let progress?: progress.finishedAt == nil ? .running : .stopped
            }
        doubts = standing.doubts.count
        outlook = standing.outlook.lines
        processes = standing.history
    }

    private enum Key: String, CodingKey {
        case version, plan, destination, checkpoint, state, run, status, reason, startedAt, finishedAt, books, doubts
        case outlook, processes
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(version, forKey: .version)
        try container.encode(plan, forKey: .plan)
        try container.encode(destination, forKey: .destination)
        try container.encode(checkpoint, forKey: .checkpoint)
        try container.encode(state, forKey: .state)
        try container.encode(progress?.runID, forKey: .run)
        try container.encode(progress?.status, forKey: .status)
        try container.encode(progress?.reason, forKey: .reason)
        try container.encode(progress.map { Self.date($0.startedAt) }, forKey: .startedAt)
        try container.encode(progress?.finishedAt.map(Self.date), forKey: .finishedAt)
        try container.encode(progress?.books, forKey: .books)
        try container.encode(doubts, forKey: .doubts)
        try container.encode(outlook, forKey: .outlook)
        try container.encodeIfPresent(processes?.map(Process.init), forKey: .processes)
    }

    private static func date(_ milliseconds: Int64) -> Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// An entry of the history with its times as texts.
    private struct Process: Encodable {
        let entry: ProcessEntry

        init(_ entry: ProcessEntry) { self.entry = entry }

        private enum Key: String, CodingKey {
            case number, run, startedAt, finishedAt, status, reason, figures, requests
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(entry.number, forKey: .number)
            try container.encode(entry.runID, forKey: .run)
            try container.encode(date(entry.startedAt), forKey: .startedAt)
            try container.encode(entry.finishedAt.map(date), forKey: .finishedAt)
            try container.encode(entry.status, forKey: .status)
            try container.encode(entry.reason, forKey: .reason)
            try container.encode(entry.figures, forKey: .figures)
            try container.encode(entry.requests, forKey: .requests)
        }
    }
}
