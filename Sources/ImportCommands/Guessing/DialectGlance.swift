import FileReading
import ImportCore

/// Finds the dialect of a CSV file by trying each, with the reader that will read it.
enum DialectGlance {
    private static let delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
    private static let quotes: [UInt8?] = [UInt8(ascii: "\""), UInt8(ascii: "'"), nil]
    private static let mostRecords = 1_000

    private struct Trial {
        var dialect: SourceDescription.Dialect
        var readable = 0
        var read = 0
        var width = 0

        /// Rows that fit their header, and then many columns: a comma in prose makes few rows of the same width.
        var score: (Double, Int) { (width > 1 ? Double(readable + 1) / Double(read + 1) : 0.01, width) }
    }

    static func dialect(of path: String, encoding: String?) async throws -> SourceDescription.Dialect {
        var best: Trial?
        for quote in quotes {
            for delimiter in delimiters {
                var dialect = SourceDescription.Dialect()
                dialect.delimiter = delimiter
                dialect.quote = quote
                do {
                    let trial = try await attempt(dialect, on: path, encoding)
                    if best.map({ trial.score > $0.score }) ?? true { best = trial }
                } catch let error as InputError {
                    // Without quotes such a file would look like a table.
                    if case .wrapped = error { throw error }
                    // A header that cannot be read in this dialect rules it out.
                }
            }
        }
        guard var dialect = best?.dialect else { throw GuessError.nothing(path: path) }
        dialect.header = try await isHeaded(path, dialect, encoding)
        return dialect
    }

    private static func attempt(
        _ dialect: SourceDescription.Dialect, on path: String, _ encoding: String?
    ) async throws -> Trial {
        var dialect = dialect
        let opened: OpenedSource
        do throws(InputError) {
            opened = try OpenedSource.open([path], relativeTo: "", format: .csv, dialect: dialect, encoding: encoding)
        } catch {
            guard case .preamble(_, let lines, _) = error else { throw error }
            dialect.preamble = lines
            opened = try OpenedSource.open([path], relativeTo: "", format: .csv, dialect: dialect, encoding: encoding)
        }
        var trial = Trial(dialect: dialect)
        trial.width = opened.headers.first?.names.count ?? 0
        try await count(opened.records(RecordLayout(columns: []), columns: [[]], limits: Limits()), in: &trial)
        return trial
    }

    private static func count(_ source: some RecordSource, in trial: inout Trial) async throws {
        while trial.read < mostRecords, case .piece(let piece) = try await source.nextPiece() {
            let (batch, mark) = source.read(piece)
            guard await source.accept(piece, mark) != nil else { continue }
            trial.read += batch.records.count
            trial.readable += batch.records.count - batch.unreadable.count
        }
    }

    /// Names of columns are no numbers, addresses or times, and hardly ever empty.
    private static func isHeaded(
        _ path: String, _ dialect: SourceDescription.Dialect, _ encoding: String?
    ) async throws -> Bool {
        let opened = try OpenedSource.open(
            [path], relativeTo: "", format: .csv, dialect: dialect, encoding: encoding)
        let names = opened.headers.first?.names ?? []
        return !names.contains { name in
            var profile = FieldProfile(name: "")
            profile.enter(name)
            return profile.filled > 0 && profile.kind != .text && profile.kind != .boolean
        }
    }
}
