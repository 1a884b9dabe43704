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
        /// What is waited for, and until when.
        var waiting: String?
        var books = Books()
        var position: SourcePosition?
        var pace: RunPace
    }

    private let console: Console
    private let showsProgress: Bool
    private let totalBytes: Int?
    private let fileStarts: [Int]
    private let alreadyRead: Int
    private let window: SendingWindow?
    private let started = ContinuousClock.now
    private let state: Mutex<State>

    /// - Parameters:
    ///   - sizes: the bytes of each file of the source, nil where one has none.
    ///   - alreadyRead: records that an earlier process read.
    ///   - mostRecords: after so many records this process ends.
    ///   - window: when anything is sent; nil for always.
    init(
        console: Console, showsProgress: Bool, sizes: [Int]?, alreadyRead: Int = 0, mostRecords: Int? = nil,
        window: SendingWindow? = nil
    ) {
        self.console = console
        self.showsProgress = showsProgress
        self.alreadyRead = alreadyRead
        self.window = window
        totalBytes = sizes.map { $0.reduce(0, +) }
        state = Mutex(State(lastSaid: .now, pace: RunPace(totalBytes: totalBytes, mostRecords: mostRecords)))
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
            console.say(finding, of: record)
        }
    }

    /// `tickets.csv:1042:7: rejected [status.unknown]: …`
    fileprivate static func line(for finding: Finding, record: RejectedRecord) -> String {
        let line = finding.line ?? record.rejection.place.line
        let column = finding.column.map { ":\($0)" } ?? ""
        let hint = finding.hint.map { "; \($0)" } ?? ""
        return "\(record.file):\(line)\(column): rejected [\(finding.code.rawValue)]: \(finding.message)\(hint)"
    }

    func progressed(_ books: Books, position: SourcePosition) {
        state.withLock { state in
            state.books = books
            state.position = position
        }
        draw()
    }

    func began(conversations: Int, records: Int, span: BatchSpan) {
        let start = byte(of: span.start)
        let bytes = start..<max(byte(of: span.end), start)
        state.withLock { $0.pace.begin(conversations: conversations, records: records, bytes: bytes, at: .now) }
    }

    func settled(_ count: Int) {
        state.withLock { $0.pace.settle(count, at: .now) }
        draw()
    }

    private func byte(of position: SourcePosition) -> Int {
        (fileStarts.indices.contains(position.file) ? fileStarts[position.file] : 0) + position.offset
    }

    /// Shows how far the run is, if it is time for that.
    private func draw(atOnce: Bool = false) {
        let now = ContinuousClock.now
        var fields: [(key: String, value: LogValue?)] = []
        let text = state.withLock { state -> String? in
            let rest = showsProgress ? Self.drawing : Self.logging
            guard atOnce || state.lastSaid.duration(to: now) >= rest else { return nil }
            state.lastSaid = now
            if showsProgress { state.isLineOpen = true }
            fields = self.fields(state, now: now)
            return (parts(state, now: now) + [state.waiting].compactMap(\.self)).joined(separator: ", ")
        }
        guard let text else { return }
        if showsProgress {
            Console.progress("\r\u{1B}[K" + text)
        } else if !Console.isTerminal {
            console.say(text, .progress, fields)
        }
    }

    private func fields(_ state: State, now: ContinuousClock.Instant) -> [(key: String, value: LogValue?)] {
        let left = state.waiting == nil ? state.pace.secondsLeft(at: now) : nil
        return [
            ("records_read", .number(state.books.records.read)), ("rejected", .number(state.books.records.rejected)),
            ("in_doubt", .number(state.books.conversations.inDoubt)), ("sent", .number(state.pace.settled)),
            ("per_second", state.pace.perSecond(at: now).map { .decimal($0) }),
            ("seconds_left", left.map { .decimal($0) }),
        ]
    }

    private func parts(_ state: State, now: ContinuousClock.Instant) -> [String] {
        let books = state.books
        var parts: [String] = []
        if state.pace.settled > 0 {
            parts.append("\(Figures.grouped(state.pace.settled)) sent")
            // While it waits, the wait's end is what there is to say.
            if state.waiting == nil, let pace = state.pace.perSecond(at: now) {
                parts.append(Figures.rate(pace))
                if let left = state.pace.secondsLeft(at: now) { parts.append(timeLeft(left)) }
            }
        } else if let position = state.position {
            let seconds = started.duration(to: now) / .seconds(1)
            let here = books.records.read - alreadyRead
            parts.append("\(Figures.grouped(books.records.read)) records")
            if seconds > 0.5 { parts.append("\(Figures.grouped(Int(Double(here) / seconds)))/s") }
            if let totalBytes, totalBytes > 0, position.file < fileStarts.count {
                let done = Double(byte(of: position)) / Double(totalBytes)
                if done > 0.01, seconds > 2, alreadyRead == 0 {
                    parts.append("\(Figures.duration(seconds / done - seconds)) left")
                } else {
                    parts.append("\(Int(done * 100)) %")
                }
            }
        }
        if books.records.rejected > 0 { parts.append("\(Figures.grouped(books.records.rejected)) rejected") }
        if books.conversations.inDoubt > 0 {
            parts.append("\(Figures.grouped(books.conversations.inDoubt)) in doubt")
        }
        return parts
    }

    /// How long sending takes yet; where a window interrupts it, when that will be done.
    private func timeLeft(_ seconds: Double) -> String {
        let left = "\(Figures.duration(seconds)) left"
        let now = Self.now
        guard let window, let end = window.end(ofWork: seconds, from: now) else { return left }
        return left + ", until " + MomentText.of(end, now: now, zone: window.zone(at: end))
    }

    private static var now: Int { Int(Date().timeIntervalSince1970) }

    func noted(_ event: DestinationEvent) {
        switch event {
        case .waiting(let reason, let seconds):
            let end = Self.now + Int(seconds.rounded(.up))
            wait("waiting for the server until \(MomentText.of(end, now: Self.now))", until: end, because: reason)
        case .holding(let reason, let moment):
            wait("waiting for \(reason) until \(MomentText.of(moment, now: Self.now))", until: moment)
        case .resumed: goOn("the server answers again")
        case .goingOn: goOn("sending again")
        case .settling(let doubts, let seconds):
            clearLine()
            let until = MomentText.of(Self.now + Int(seconds.rounded(.up)), now: Self.now)
            console.say(
                "\(doubts) \(doubts == 1 ? "request has" : "requests have") no known answer; looking them up"
                    + (seconds >= 1 ? " in \(Figures.duration(seconds)), at \(until)" : ""),
                .settling, [("requests", .number(doubts))])
        case .step(let words):
            clearLine()
            console.say(words)
        case .remark(let words):
            clearLine()
            console.say("warning: \(words)", .warning)
        }
    }

    /// Names a wait and its end, in the log and on the line that moves.
    private func wait(_ words: String, until moment: Int, because reason: String? = nil) {
        state.withLock { $0.waiting = words }
        clearLine()
        console.say(words + (reason.map { ": " + $0 } ?? ""), .waiting, [("until", .moment(moment))])
        if showsProgress { draw(atOnce: true) }
    }

    private func goOn(_ words: String) {
        state.withLock { state in
            state.waiting = nil
            state.pace.resume(at: .now)
        }
        clearLine()
        console.say(words, .resumed)
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

extension Console {
    /// A finding about a rejected record. What is wrong may quote a value of it, so a log gets the rule's code alone,
    /// unless asked for more.
    fileprivate func say(_ finding: Finding, of record: RejectedRecord) {
        let place = record.rejection.place
        let fields: [(key: String, value: LogValue?)] = [
            ("file", .text(record.file)), ("line", .number(finding.line ?? place.line)),
            ("column", .number(finding.column)), ("record", .number(place.record)), ("field", .text(finding.field)),
            ("code", .text(finding.code.rawValue)), ("try", showsValues ? .text(finding.hint) : nil),
        ]
        let isShort = format == .json && !showsValues
        say(
            isShort
                ? "rejected [\(finding.code.rawValue)]; rejections.jsonl says why"
                : RunTalk.line(for: finding, record: record), .rejected, fields)
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

    /// `12/s`, `0.4/s`
    static func rate(_ perSecond: Double) -> String {
        perSecond < 10 ? "\((perSecond * 10).rounded() / 10)/s" : grouped(Int(perSecond.rounded())) + "/s"
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
