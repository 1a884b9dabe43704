import Foundation
import ImportCore
import Synchronization

/// What a person sees while records go by: the first findings one by one, and on a terminal a line that moves.
final class RunTalk: RunObserver {
    /// So many findings are told one by one; the others only by their code.
    static let findingsTold = 20
    /// A terminal's line is drawn anew so often; a log gets a line so often.
    private static let drawing = Duration.milliseconds(100)
    private static let logging = Duration.seconds(30)

    private struct State {
        var told = 0
        var lastSaid: ContinuousClock.Instant
        var isLineOpen = false
        var waiting: String?
    }

    private let console: Console
    private let showsProgress: Bool
    private let totalBytes: Int?
    private let fileStarts: [Int]
    private let alreadyRead: Int
    private let started = ContinuousClock.now
    private let state = Mutex(State(lastSaid: .now))

    /// - Parameters:
    ///   - sizes: the bytes of each file of the source, nil where one has none.
    ///   - alreadyRead: records that an earlier process read.
    init(console: Console, showsProgress: Bool, sizes: [Int]?, alreadyRead: Int = 0) {
        self.console = console
        self.showsProgress = showsProgress
        self.alreadyRead = alreadyRead
        totalBytes = sizes.map { $0.reduce(0, +) }
        var starts: [Int] = []
        var sum = 0
        for size in sizes ?? [] {
            starts.append(sum)
            sum += size
        }
        fileStarts = starts
    }

    func rejected(_ record: RejectedRecord) {
        for finding in record.rejection.findings {
            let isTold = state.withLock { state in
                state.told += 1
                return state.told <= Self.findingsTold
            }
            guard isTold else { return }
            clearLine()
            console.say(Self.line(for: finding, record: record))
        }
    }

    /// `tickets.csv:1042:7: rejected [status.unknown]: …`
    static func line(for finding: Finding, record: RejectedRecord) -> String {
        let line = finding.line ?? record.rejection.place.line
        let column = finding.column.map { ":\($0)" } ?? ""
        let hint = finding.hint.map { "; \($0)" } ?? ""
        return "\(record.file):\(line)\(column): rejected [\(finding.code.rawValue)]: \(finding.message)\(hint)"
    }

    func progressed(_ books: Books, position: SourcePosition) {
        let now = ContinuousClock.now
        let waiting = state.withLock { state -> String?? in
            guard state.lastSaid.duration(to: now) >= (showsProgress ? Self.drawing : Self.logging) else { return nil }
            state.lastSaid = now
            return .some(state.waiting)
        }
        guard let waiting else { return }
        let text = text(books, position: position, now: now) + (waiting.map { ", " + $0 } ?? "")
        if showsProgress {
            state.withLock { $0.isLineOpen = true }
            Console.progress("\r\u{1B}[K" + text)
        } else if !Console.isTerminal {
            console.say(text)
        }
    }

    private func text(_ books: Books, position: SourcePosition, now: ContinuousClock.Instant) -> String {
        let seconds = started.duration(to: now) / .seconds(1)
        let here = books.records.read - alreadyRead
        var parts = ["\(Figures.grouped(books.records.read)) records"]
        if seconds > 0.5 { parts.append("\(Figures.grouped(Int(Double(here) / seconds)))/s") }
        if let totalBytes, totalBytes > 0, position.file < fileStarts.count {
            let done = Double(fileStarts[position.file] + position.offset) / Double(totalBytes)
            if done > 0.01, seconds > 2, alreadyRead == 0 {
                parts.append("\(Figures.duration(seconds / done - seconds)) left")
            } else {
                parts.append("\(Int(done * 100)) %")
            }
        }
        if books.records.rejected > 0 { parts.append("\(Figures.grouped(books.records.rejected)) rejected") }
        if books.conversations.inDoubt > 0 {
            parts.append("\(Figures.grouped(books.conversations.inDoubt)) in doubt")
        }
        return parts.joined(separator: ", ")
    }

    func noted(_ event: DestinationEvent) {
        switch event {
        case .waiting(let reason, let seconds):
            let until = Date().addingTimeInterval(seconds).formatted(date: .omitted, time: .standard)
            state.withLock { $0.waiting = "waiting for the server until \(until)" }
            clearLine()
            console.say("waiting for the server until \(until): \(reason)")
        case .resumed:
            state.withLock { $0.waiting = nil }
            clearLine()
            console.say("the server answers again")
        case .settling(let doubts, let seconds):
            clearLine()
            console.say(
                "\(doubts) \(doubts == 1 ? "request has" : "requests have") no known answer; looking them up"
                    + (seconds >= 1 ? " in \(Figures.duration(seconds))" : ""))
        case .step(let words):
            clearLine()
            console.say(words)
        }
    }

    /// Takes the moving line away, so that other lines can be written.
    func clearLine() {
        let isOpen = state.withLock { state in
            defer { state.isLineOpen = false }
            return state.isLineOpen
        }
        if isOpen { Console.progress("\r\u{1B}[K") }
    }
}

/// Numbers as a person reads them.
enum Figures {
    /// `1,042,000`
    static func grouped(_ number: Int) -> String {
        var digits = Array(String(abs(number)))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }

    /// `1 customer`, `1,042 customers`
    static func counted(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `3 s`, `12 min`, `2 h 05 min`
    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        if whole < 120 { return "\(whole) s" }
        if whole < 7_200 { return "\(whole / 60) min" }
        let minutes = whole / 60 % 60
        return "\(whole / 3_600) h \(minutes < 10 ? "0" : "")\(minutes) min"
    }
}
