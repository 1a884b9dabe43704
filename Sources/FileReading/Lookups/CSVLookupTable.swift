package import ImportCore

/// Why a lookup file of the plan cannot be used.
package enum LookupError: PresentableError, Equatable {
    case input(plan: String, line: Int, FailureReport)
    case noColumn(plan: String, line: Int, file: String, column: String, nearest: String?)
    case broken(plan: String, line: Int, file: String, at: Int, message: String)
    case repeated(plan: String, line: Int, file: String, lines: [Int])

    package var report: FailureReport {
        switch self {
        case .input(let plan, let line, let report):
            FailureReport(
                .plan, place: "\(plan):\(line)",
                "the lookup file \(report.place ?? "") cannot be read: \(report.message)", hint: report.hint)
        case .noColumn(let plan, let line, let file, let column, let nearest):
            FailureReport(
                .plan, place: "\(plan):\(line)", "the lookup file \(file) has no column \(column)",
                hint: nearest.map { "did you mean \($0)?" } ?? "check match and take in the plan")
        case .broken(let plan, let line, let file, let at, let message):
            FailureReport(
                .plan, place: "\(plan):\(line)",
                "the lookup file \(file) has a broken record in line \(at): \(message)",
                hint: "correct that line; a lookup is all or nothing")
        case .repeated(let plan, let line, let file, let lines):
            FailureReport(
                .plan, place: "\(plan):\(line)",
                "lines \(lines[0]) and \(lines[1]) of the lookup file \(file) have the same value to match",
                hint: "remove one of them: which is meant cannot be known")
        }
    }
}

/// A lookup in memory, read from two columns of a CSV file.
package struct CSVLookupTable: LookupTable {
    private let values: [[UInt8]: [UInt8]]

    package var count: Int { values.count }

    package func value(for key: UnsafeBufferPointer<UInt8>) -> [UInt8]? { values[Array(key)] }

    /// - Parameters:
    ///   - folder: what the rule's file is relative to.
    ///   - plan: the plan's path, for messages.
    package static func read(
        _ rule: LookupRule, relativeTo folder: String, plan: String
    ) async throws -> CSVLookupTable {
        let opened: OpenedSource
        do {
            opened = try OpenedSource.open(
                [rule.file], relativeTo: folder, format: .csv, dialect: SourceDescription.Dialect())
        } catch {
            throw LookupError.input(plan: plan, line: rule.line, error.report)
        }
        let layout = RecordLayout(columns: [FieldPath(literal: rule.match), FieldPath(literal: rule.take)])
        for header in opened.headers {
            for path in layout.columns {
                guard case .column = header.match(path) else {
                    throw LookupError.noColumn(
                        plan: plan, line: rule.line, file: rule.file, column: path.text,
                        nearest: NearestName.of(path.text, among: header.names))
                }
            }
        }
        let source = opened.records(layout, columns: layout.columns(in: opened.headers), limits: Limits())
        return CSVLookupTable(values: try await values(of: source, rule: rule, plan: plan))
    }

    private static func values(
        of source: some RecordSource, rule: LookupRule, plan: String
    ) async throws -> [[UInt8]: [UInt8]] {
        var values: [[UInt8]: [UInt8]] = [:]
        var lines: [[UInt8]: Int] = [:]
        while case .piece(let piece) = try await source.nextPiece() {
            let (batch, mark) = source.read(piece)
            guard let span = await source.accept(piece, mark) else { continue }
            for broken in batch.unreadable {
                throw LookupError.broken(
                    plan: plan, line: rule.line, file: rule.file,
                    at: span.place(batch.records[broken.index].place).line, message: broken.finding.message)
            }
            for (row, record) in batch.records.enumerated() {
                let match = Array(batch.slab[batch.cells[row * 2].range.bounds])
                // A row without a value to match is nobody's; one without a value to take answers "none".
                guard !match.isEmpty else { continue }
                let line = span.place(record.place).line
                if let first = lines.updateValue(line, forKey: match) {
                    throw LookupError.repeated(plan: plan, line: rule.line, file: rule.file, lines: [first, line])
                }
                values[match] = Array(batch.slab[batch.cells[row * 2 + 1].range.bounds])
            }
        }
        return values
    }
}
