package import ImportCore

/// Why a small file with columns cannot be used.
package enum ColumnsError: PresentableError, Equatable {
    case input(FailureReport)
    case noColumn(file: String, column: String, nearest: String?)
    case broken(file: String, line: Int, message: String)

    package var report: FailureReport {
        switch self {
        case .input(let report): report
        case .noColumn(let file, let column, let nearest):
            FailureReport(
                .data, place: file, "there is no column \(column)",
                hint: nearest.map { "did you mean \($0)?" }
                    ?? "keep the columns as they were written, with commas between them")
        case .broken(let file, let line, let message):
            FailureReport(.data, place: "\(file):\(line)", message, hint: "correct that line")
        }
    }
}

/// Some columns of a CSV file that is small enough to be held whole: one that a person fills in.
package enum CSVColumns {
    package struct Row: Sendable, Equatable {
        package var line: Int
        /// In the order of the columns asked for; empty where there is nothing.
        package var values: [String]
    }

    /// - Throws: `ColumnsError`.
    package static func read(_ path: String, columns: [String]) async throws -> [Row] {
        let opened: OpenedSource
        do {
            opened = try OpenedSource.open(
                [path], relativeTo: "", format: .csv, dialect: SourceDescription.Dialect())
        } catch {
            throw ColumnsError.input(error.report)
        }
        let header = opened.headers[0]
        let layout = RecordLayout(columns: columns.map { FieldPath(literal: $0) })
        for path in layout.columns {
            guard case .column = header.match(path) else {
                throw ColumnsError.noColumn(
                    file: opened.fileNames[0], column: path.text,
                    nearest: NearestName.of(path.text, among: header.names))
            }
        }
        let source = opened.records(layout, columns: layout.columns(in: opened.headers), limits: Limits())
        return try await rows(of: source, count: columns.count, file: opened.fileNames[0])
    }

    private static func rows(of source: some RecordSource, count: Int, file: String) async throws -> [Row] {
        var rows: [Row] = []
        while case .piece(let piece) = try await source.nextPiece() {
            let (batch, mark) = source.read(piece)
            guard let span = await source.accept(piece, mark) else { continue }
            for broken in batch.unreadable {
                let line = span.place(batch.records[broken.index].place).line
                throw ColumnsError.broken(file: file, line: line, message: broken.finding.message)
            }
            for (row, record) in batch.records.enumerated() {
                let values = (0..<count).map { column -> String in
                    let range = batch.cells[row * count + column].range
                    return range.isPresent ? String(decoding: batch.slab[range.bounds], as: UTF8.self) : ""
                }
                rows.append(Row(line: span.place(record.place).line, values: values))
            }
        }
        return rows
    }
}
