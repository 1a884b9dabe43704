import Foundation
import ImportCore
import Synchronization

/// What a line of the log is about: a closed list, by which a machine tells one line from another. Events are added,
/// never renamed.
enum LogEvent: String, CaseIterable, Sendable {
    case ended, error, file, forecast, hook, lock, message, note, progress, rejected, resumed, settling, stopping
    case summary, waiting, warning
}

/// How much a line matters.
enum LogLevel: String, Sendable { case info, warning, error }

/// A value that a line has beside its words.
enum LogValue: Sendable {
    case text(String)
    case number(Int)
    case decimal(Double)
    /// Seconds since 1970.
    case moment(Int)
    /// JSON that is made already.
    case json([UInt8])

    static func text(_ text: String?) -> LogValue? { text.map { .text($0) } }
    static func number(_ number: Int?) -> LogValue? { number.map { .number($0) } }
}

/// What every line of this process is about: the run, the plan, the destination, as far as they are known yet.
struct LogOrigin: Sendable {
    var run: String?
    var plan: String?
    var destination: String?

    /// A process runs one command, and has one standard error.
    static let current = Mutex(LogOrigin())
}

/// One line of `--log-format json`: an object whose first keys are always there and always in this order.
///
/// swift-log is not between: its metadata are texts, and its handlers know neither the closed list of events nor numbers.
struct LogLine: Sendable {
    var event: LogEvent
    var level: LogLevel
    var message: String
    /// Keys of this event alone; nil is null.
    var fields: [(key: String, value: LogValue?)] = []

    func json(at moment: Date = Date()) -> [UInt8] {
        let origin = LogOrigin.current.withLock { $0 }
        var text = JSONText()
        text.beginObject()
        text.key("time")
        text.string(Self.time(moment))
        for (key, value) in [("level", level.rawValue), ("event", event.rawValue)] {
            text.key(key)
            text.string(value)
        }
        for (key, value) in [("run", origin.run), ("plan", origin.plan), ("destination", origin.destination)] {
            text.key(key)
            if let value { text.string(value) } else { text.null() }
        }
        text.key("message")
        text.string(message)
        for (key, value) in fields {
            text.key(key)
            Self.add(value, to: &text)
        }
        text.endObject()
        text.endLine()
        return text.bytes
    }

    private static func add(_ value: LogValue?, to text: inout JSONText) {
        switch value {
        case nil: text.null()
        case .text(let value)?: text.string(value)
        case .number(let value)?: text.number(value)
        case .decimal(let value)?: value.isFinite ? text.number(value) : text.null()
        case .moment(let value)?: text.time(Timestamp(microseconds: Int64(value) * 1_000_000))
        case .json(let value)?: text.verbatim(value)
        }
    }

    /// RFC 3339 in UTC, with milliseconds.
    private static func time(_ moment: Date) -> String {
        moment.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
