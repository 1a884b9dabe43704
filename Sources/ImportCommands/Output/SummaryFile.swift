import Foundation
import Checkpointing
import ImportCore

/// The summary for programs (`--summary`): keys are added and never removed, numbers are exact, unknown is null.
struct SummaryFile: Encodable {
    struct Process: Encodable {
        var seconds: Double
        var requests: Int
    }

    var version = 1
    var run: String?
    /// Nil where the plan cannot be read.
    var plan: String?
    var destination: String?
    var status: Int32
    var reason: String
    /// Nil where the command ended before anything of the run was known.
    var books: Books?
    var seconds: Double?
    var startedAt: Date
    var finishedAt: Date
    var process: Process
    /// What the destination said in a dry run that asked it.
    var foreseen: ForeseenFigures?

    func write(to path: String) async throws { try await AtomicFile.write(try json(), to: path) }

    /// As it stands in the file.
    func json() throws -> [UInt8] {
        let encoder = Self.encoder
        encoder.outputFormatting.insert(.prettyPrinted)
        return Array(try encoder.encode(self)) + [0x0A]
    }

    /// The books alone, on one line, in the same form.
    static func json(_ books: Books) -> [UInt8]? { (try? encoder.encode(books)).map { Array($0) } }

    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private enum Key: String, CodingKey {
        case version, run, plan, destination, status, reason, entries, records, skipped, rejections, conversations,
            messages
        case customers, steps, drift, lost, limits, repairs, requests, checked, seconds, startedAt, finishedAt, process,
            foreseen
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(version, forKey: .version)
        // Encoded also when nil: an unknown value is null, not an absent key.
        try container.encode(run, forKey: .run)
        try container.encode(plan, forKey: .plan)
        try container.encode(destination, forKey: .destination)
        try container.encode(status, forKey: .status)
        try container.encode(reason, forKey: .reason)
        try container.encode(books?.entries, forKey: .entries)
        try container.encode(books?.records, forKey: .records)
        try container.encode(books?.skipped, forKey: .skipped)
        try container.encode(books?.rejections, forKey: .rejections)
        try container.encode(books?.conversations, forKey: .conversations)
        try container.encode(books?.messages, forKey: .messages)
        try container.encode(books?.customers, forKey: .customers)
        try container.encode(books?.steps, forKey: .steps)
        try container.encode(books?.drift, forKey: .drift)
        try container.encode(books?.lost, forKey: .lost)
        try container.encode(books?.limits, forKey: .limits)
        try container.encode(books?.repairs, forKey: .repairs)
        try container.encode(books?.requests, forKey: .requests)
        try container.encode(books?.checked, forKey: .checked)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
        try container.encode(process, forKey: .process)
        try container.encode(foreseen, forKey: .foreseen)
    }
}
