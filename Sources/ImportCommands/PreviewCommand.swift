import ArgumentParser
import ImportCore

/// The first records beside what they become.
struct PreviewCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Shows the first records beside what they become.",
        discussion: """
              $ pingback-import preview samples/zendesk/plan.yaml
              $ pingback-import preview samples/plain-csv/plan.yaml --limit 2
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("So many records.", valueName: "records"))
    var limit = 3

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit is a number of records, from 1") }
    }

    func execute() async throws -> ExitStatus {
        let file = try PlanFile(plan)
        Console.about(plan: file.plan.name, destination: nil)
        let session = try await PlanSession.open(file)
        try await PlanCheck(session: session, console: console).run(refusesZonelessTimes: false)
        try await show(session.records(), session: session)
        return .done
    }

    private func show<Source: RecordSource>(_ source: Source, session: PlanSession) async throws {
        let names = source.fileNames
        var preparation = session.preparation
        preparation.keepsCells = true
        let pipeline = BatchPipeline(
            source: source, preparation: preparation, businessID: session.plan.businessID, width: 1)
        var intake = BatchIntake(
            index: session.keyIndex(), duplicates: session.plan.duplicates, fileNames: names)
        var left = limit
        try await pipeline.forEach { batch in
            let taken = try intake.take(batch)
            let rejections = Dictionary(uniqueKeysWithValues: taken.rejected.map { ($0.index, $0.rejection) })
            for index in batch.records.records.indices.prefix(left) {
                let place = batch.place(at: index)
                try Console.print("\(names[place.file]):\(place.line): record \(place.record)")
                try Console.print("  source")
                try Console.print(PreviewText.source(of: index, in: batch, layout: session.program.layout))
                if let rejection = rejections[index] {
                    for finding in rejection.findings {
                        try Console.print("  rejected [\(finding.code.rawValue)]: \(finding.message)")
                    }
                } else if let reason = batch.drafts.skipReason(of: index) {
                    try Console.print("  skipped [\(reason)]")
                } else {
                    try Console.print("  becomes")
                    try Console.print(PreviewText.result(batch.conversation(at: index)))
                }
                try Console.print("")
                left -= 1
            }
            return left > 0
        }
    }
}

/// Records and conversations as indented lines, long values cut.
enum PreviewText {
    private static let longest = 160

    static func source(of index: Int, in batch: ConversationBatch, layout: RecordLayout) -> String {
        let records = batch.records
        return layout.columns.enumerated().map { column, path in
            let cell = records.cells[index * records.columnCount + column]
            guard cell.range.isPresent else { return "    \(path.text): \(cell.kind == .null ? "null" : "(missing)")" }
            return "    \(path.text): " + cut(String(decoding: records.slab[cell.range.bounds], as: UTF8.self))
        }.joined(separator: "\n")
    }

    static func result(_ conversation: Conversation) -> String {
        var lines = TextField.allCases.compactMap { field in
            conversation.text(field).map { "    \(field.name): " + cut($0) }
        }
        if let status = conversation.status { lines.append("    status: \(status.name)") }
        lines += TimeField.allCases.compactMap { field in
            conversation.time(field).map { "    \(field.name): \($0.iso8601)" }
        }
        for message in conversation.messages {
            let time = message.createdAt.map { " at \($0.iso8601)" } ?? ""
            lines.append("    message by \(message.sender.name)\(time): " + cut(message.content))
        }
        return lines.joined(separator: "\n")
    }

    /// One line without control characters, of a length that fits a terminal.
    static func cut(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(longest) {
            switch scalar {
            case "\n": shown += "⏎"
            case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
                shown += "\u{FFFD}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown + (text.unicodeScalars.count > longest ? "…" : "")
    }
}
