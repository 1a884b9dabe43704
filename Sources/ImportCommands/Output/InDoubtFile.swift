import Checkpointing
import FileReading
import Foundation
import ImportCore

/// `in-doubt.csv`, beside the rejected records: what stays in doubt, what may be it at the server, and a column for a
/// person's decision. It holds ids and times, and nobody's words or address.
struct InDoubtFile {
    static let columns = ["doubt", "file", "record", "sent_at", "customer_id", "found", "candidates", "decision"]

    let folder: String
    /// The names of the source's files, in order.
    let fileNames: [String]

    var path: String { folder + "/in-doubt.csv" }

    /// Writes the list anew, or takes it away where nothing is in doubt. A decision that stands in it and was not read back
    /// yet is kept, as long as its doubt is open.
    func refresh(_ open: [OpenDoubt]) async throws {
        guard !open.isEmpty else {
            try? FileManager.default.removeItem(atPath: path)
            return
        }
        let decisions = await standingDecisions()
        var text = CSVText()
        text.row(Self.columns)
        for doubt in open { text.row(row(of: doubt, decision: decisions[doubt.entry.doubtName] ?? "")) }
        // Fails where `AtomicFile` fails next, and says it there.
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try await AtomicFile.write(text.bytes, to: path)
    }

    /// The decisions that a person has written into a list.
    static func decisions(in path: String) async throws -> [StatedDecision] {
        let file = URL(filePath: path).lastPathComponent
        return try await CSVColumns.read(path, columns: ["doubt", "decision"]).compactMap { row in
            guard row.values[1].contains(where: { !$0.isWhitespace }) else { return nil }
            let place = "\(file):\(row.line)"
            guard let decision = DoubtDecision(row.values[1]) else {
                let word = row.values[1].split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
                throw DecisionError.unknownWord(
                    place: place, nearest: NearestName.of(word, among: ["created", "absent", "skip"]))
            }
            return StatedDecision(
                doubt: row.values[0].trimmingCharacters(in: .whitespaces), decision: decision, place: place)
        }
    }

    /// By doubt. A list that cannot be read is put aside, since somebody has worked on it.
    private func standingDecisions() async -> [String: String] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        do {
            let rows = try await CSVColumns.read(path, columns: ["doubt", "decision"])
            return Dictionary(rows.map { ($0.values[0], $0.values[1]) }, uniquingKeysWith: { first, _ in first })
        } catch {
            try? FileManager.default.removeItem(atPath: path + ".old")
            try? FileManager.default.moveItem(atPath: path, toPath: path + ".old")
            return [:]
        }
    }

    private func row(of doubt: OpenDoubt, decision: String) -> [String] {
        let entry = doubt.entry
        return [
            entry.doubtName, fileName(of: entry.record), "\(entry.record.number)", Self.time(entry.startedAt),
            entry.content?.customerID ?? "", entry.detail ?? "",
            doubt.candidates.map(Self.words).joined(separator: " | "), decision,
        ]
    }

    func fileName(of record: RecordID) -> String {
        fileNames.indices.contains(record.file) ? fileNames[record.file] : "another input"
    }

    private static func words(for candidate: DoubtCandidate) -> String {
        var parts: [String] = []
        if let created = candidate.createdAt { parts.append("created \(time(created))") }
        if !candidate.shared.isEmpty {
            parts.append("same " + candidate.shared.map(\.rawValue).joined(separator: ", "))
        }
        if !candidate.different.isEmpty {
            parts.append("other " + candidate.different.map(\.rawValue).joined(separator: ", "))
        }
        return parts.isEmpty ? candidate.id : "\(candidate.id) (\(parts.joined(separator: "; ")))"
    }

    private static func time(_ milliseconds: Int64) -> String {
        Timestamp(microseconds: milliseconds * 1000).iso8601
    }
}
