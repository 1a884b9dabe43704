import Foundation
import ImportCore

/// Everything about one record that the source and the plan alone can say, as lines for a person.
struct Explanation {
    let taken: TakenBatch
    let index: Int
    let session: PlanSession
    let fileName: String

    private var batch: ConversationBatch { taken.batch }
    private var draft: Conversation { batch.conversation(at: index) }

    private var findings: [Finding] {
        taken.rejected.first { $0.index == index }?.rejection.findings ?? []
    }

    var lines: [String] {
        let place = batch.place(at: index)
        var lines = ["\(fileName):\(place.line): record \(place.record), byte \(place.offset)", "bytes"]
        lines += RecordBytes(bytes: batch.rawBytes(at: index), firstLine: place.line).lines(pointingAt: findings)
        // What cannot be read has no fields.
        if batch.records.unreadable.contains(where: { $0.index == index }) { return lines + ending }
        lines += ["fields", PreviewText.source(of: index, in: batch, layout: session.program.layout), "steps"]
        lines += MappingSteps(plan: session.plan, batch: batch, index: index, layout: session.program.layout).lines
        return lines + ending
    }

    private var ending: [String] {
        if !findings.isEmpty {
            return findings.map { finding in
                "rejected [\(finding.code.rawValue)]: \(finding.message)"
                    + (finding.hint.map { "\n  try: \($0)" } ?? "")
            }
        }
        if taken.skipped.contains(index) {
            return ["skipped [\(batch.drafts.skipReason(of: index) ?? Books.Skips.repeatedKey)]"]
        }
        var request: [UInt8] = []
        CreateRequest(draft).encode(into: &request)
        return ["conversation", PreviewText.result(draft), "request to the API", "    POST conversations"]
            + ["    " + String(decoding: request, as: UTF8.self), "rows in Postgres"] + rows
    }

    /// What identifies the rows, and how many there are; the values are those of the conversation.
    private var rows: [String] {
        guard let business = BinaryUUID(session.plan.businessID) else { return [] }
        let identity = ConversationIdentity(business: business, planName: session.plan.name)
        let id = draft.withBytes(.key) { identity.conversation(key: $0) }
        let messages = draft.messages.count + (draft.text(.initialMessage) == nil ? 0 : 1)
        return ["    conversations: id \(id.map { "\($0)" } ?? "none")", "    messages: \(messages)"]
    }
}

/// A record's bytes as lines of text, with a pointer under each place where something is wrong.
private struct RecordBytes {
    /// More of a line is not shown, but for what stands around a fault.
    private static let width = 120

    let bytes: ArraySlice<UInt8>
    let firstLine: Int

    func lines(pointingAt findings: [Finding]) -> [String] {
        var text = bytes
        while text.last == 0x0A || text.last == 0x0D { text.removeLast() }
        return text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated().flatMap { offset, line in
            let number = firstLine + offset
            // A finding without a line of its own is about the record's first one.
            let columns = findings.filter { ($0.line ?? firstLine) == number }.compactMap(\.column)
            guard !columns.isEmpty else {
                return [row(number, shown(line.prefix(Self.width)), isCut: line.count > Self.width)]
            }
            return columns.sorted().flatMap { column in
                let start = max(0, min(column - 1, line.count) - Self.width / 2)
                let window = line.dropFirst(start).prefix(Self.width)
                let before = shown(line.dropFirst(start).prefix(max(column - 1 - start, 0)))
                let margin = String(repeating: " ", count: "    \(number) | ".count + (start > 0 ? 1 : 0))
                return [
                    row(number, (start > 0 ? "…" : "") + shown(window), isCut: start + window.count < line.count),
                    margin + String(repeating: " ", count: before.count) + "^",
                ]
            }
        }
    }

    private func row(_ number: Int, _ text: String, isCut: Bool) -> String {
        "    \(number) | \(text)" + (isCut ? "…" : "")
    }

    private func shown(_ bytes: ArraySlice<UInt8>) -> String {
        String(
            String.UnicodeScalarView(
                String(decoding: bytes, as: UTF8.self).unicodeScalars.map {
                    $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
                        ? "\u{FFFD}" : $0
                }))
    }
}
