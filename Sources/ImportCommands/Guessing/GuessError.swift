import ImportCore
import PlanReading

/// Why nothing can be guessed of a file.
enum GuessError: PresentableError {
    case notUTF8(path: String, line: Int, byte: UInt8, suggestion: String)
    /// Lines of two encodings stand in it.
    case mixed(path: String, line: Int, byte: UInt8, utf8: Int, other: Int, suggestion: String)
    case nothing(path: String)
    case refused(path: String, export: RefusedExport)
    /// Files in an archive of which none is a known export, and which are not parts of one.
    case several(path: String, names: [String])
    case different(first: String, other: String)

    var report: FailureReport {
        switch self {
        case .notUTF8(let path, let line, let byte, let suggestion):
            FailureReport(
                .data, place: "\(path):\(line)",
                "the file is not UTF-8: byte 0x\(String(byte, radix: 16, uppercase: true)) stands in it; "
                    + "it may be \(suggestion)",
                hint: "look at it with: records \(path) --encoding \(suggestion.lowercased()) --limit 20; if all of it "
                    + "reads well: guess \(path) --encoding \(suggestion.lowercased())")
        case .mixed(let path, let line, let byte, let utf8, let other, let suggestion):
            FailureReport(
                .data, place: "\(path):\(line)",
                "the file holds two encodings: of its lines with letters beyond ASCII \(Figures.grouped(utf8)) are UTF-8 "
                    + "and \(Figures.grouped(other)) are not, here by byte 0x\(String(byte, radix: 16, uppercase: true)); "
                    + "these may be \(suggestion)",
                hint: "guess \(path) --encoding utf-8 goes on with it as UTF-8: records of the other encoding are "
                    + "rejected with their places, and come back to be corrected")
        case .refused(let path, let export):
            FailureReport(
                .data, place: path, "this is \(export.product), \(export.export): \(export.because)",
                hint: export.instead)
        case .several(let path, let names):
            FailureReport(
                .data, place: path, "none of the files in the archive is a known export",
                hint: "guess the one with the tickets: " + names.prefix(20).joined(separator: ", "))
        case .nothing(let path):
            FailureReport(
                .data, place: path, "no record of it can be read", hint: "see what stands in it: records \(path)")
        case .different(let first, let other):
            FailureReport(
                .data, place: other, "it holds other columns than \(first)",
                hint: "guess each kind of file by itself: tickets here, messages there")
        }
    }
}
