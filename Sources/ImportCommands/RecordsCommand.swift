import ArgumentParser
import FileReading
import ImportCore

/// What the reader sees, without a mapping: every record as one JSON line.
struct RecordsCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract: "Prints what the reader sees: every record as one JSON line, with its place.",
        discussion: """
              $ pingback-import records samples/plain-csv/tickets.csv --delimiter ';'
              $ pingback-import records samples/zendesk/plan.yaml --limit 2

            A record that cannot be read stands in its place with the rule it breaks; then the status is 3.
            """)

    @Argument(help: "A CSV or JSON Lines file, packed or not, - for standard input, or a plan (*.yaml, *.yml).")
    var input: String

    @Option(help: "The byte between CSV fields; tab for a tabulator.")
    var delimiter: String?

    @Option(help: "The byte around CSV fields; none where no byte quotes.")
    var quote: String?

    @Option(help: "The file's encoding, by any name that iconv knows; by default its mark tells, or it is UTF-8.")
    var encoding: String?

    @Flag(help: "The CSV file has no header: print each record's values as a list.")
    var noHeader = false

    @Option(help: "Stop after so many records.")
    var limit: Int?

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func validate() throws {
        _ = try dialect()
        if let limit, limit < 1 { throw ValidationError("--limit is a number of records, from 1") }
    }

    func execute() async throws -> ExitStatus {
        let opened: OpenedSource
        var limits = Limits()
        if input.hasSuffix(".yaml") || input.hasSuffix(".yml") {
            let file = try PlanFile(input)
            limits = file.plan.limits
            opened = try OpenedSource.open(
                file.plan.source.files, relativeTo: file.folder, format: file.plan.source.format,
                dialect: file.plan.source.dialect, encoding: file.plan.source.encoding, unpacking: limits.unpacking)
        } else {
            opened = try OpenedSource.open(
                [input], relativeTo: "", format: nil, dialect: try dialect(), encoding: encoding)
        }
        // Every column, by its place in the header, so that repeats are told apart.
        let widest = opened.headers.map(\.names.count).max() ?? 0
        let layout = RecordLayout(columns: (0..<widest).map { FieldPath(literal: "[\($0)]") })
        let source = opened.records(
            layout, columns: opened.headers.map { Array($0.names.indices) }, limits: limits)
        let isHeaded = !noHeader && opened.isHeaded
        let printer = RecordPrinter(
            headers: opened.headers, isHeaded: isHeaded, fileNames: opened.fileNames, text: opened.text)
        return try await print(source, with: printer)
    }

    private func print(_ source: some RecordSource, with printer: RecordPrinter) async throws -> ExitStatus {
        var left = limit ?? .max
        var isAnyUnreadable = false
        while left > 0 {
            guard case .piece(let piece) = try await source.nextPiece() else { break }
            let (batch, mark) = source.read(piece)
            guard let span = await source.accept(piece, mark) else { continue }
            let lines = printer.lines(of: batch, span: span, atMost: left)
            try Console.print(lines)
            if let first = batch.unreadable.first, first.index < left { isAnyUnreadable = true }
            left -= min(left, batch.records.count)
        }
        return isAnyUnreadable ? .someRejected : .done
    }

    private func dialect() throws -> SourceDescription.Dialect {
        var dialect = SourceDescription.Dialect()
        dialect.header = !noHeader
        if let delimiter { dialect.delimiter = try byte(delimiter == "tab" ? "\t" : delimiter, of: "--delimiter") }
        if let quote { dialect.quote = quote == "none" ? nil : try byte(quote, of: "--quote") }
        if dialect.delimiter == dialect.quote { throw ValidationError("--delimiter and --quote are the same byte") }
        return dialect
    }

    private func byte(_ text: String, of option: String) throws -> UInt8 {
        guard text.utf8.count == 1, let byte = text.utf8.first else {
            throw ValidationError("\(option) takes one byte")
        }
        return byte
    }
}
