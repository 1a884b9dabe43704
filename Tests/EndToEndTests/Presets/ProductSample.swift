import Foundation
import Testing

/// An export in the shape of one product, made up by us: what a test needs to know of it stands beside it.
struct ProductSample: Sendable, CustomTestStringConvertible {
    var preset: String
    var text: String
    var read: Int
    /// By reason.
    var skipped: [String: Int] = [:]
    /// By code.
    var rejected: [String: Int] = [:]
    /// What the plan has to say besides the preset, under `source`.
    var answers = ""
    /// The opening message and the status of one record that are right.
    var message: String
    var status: String
    /// When it was created, in UTC; nil where the product does not say.
    var createdAt: String?
    /// The messages of the same record that are right, each with its sender.
    var messages: [String] = []
    /// Messages left out of all records, by reason.
    var dropped: [String: Int] = [:]

    var valid: Int { read - skipped.values.reduce(0, +) - rejected.values.reduce(0, +) }
    var testDescription: String { preset }
}

/// Rows of a sample, each value quoted where CSV needs it.
enum Rows {
    static func csv(_ header: [String], _ rows: [[String]], lineEnd: String = "\n", delimiter: String = ",") -> String {
        ([header] + rows).map { row in
            row.map { cell($0, delimiter) }.joined(separator: delimiter) + lineEnd
        }.joined()
    }

    private static func cell(_ text: String, _ delimiter: String) -> String {
        guard text.contains(where: { "\"\n\r".contains($0) }) || text.contains(delimiter) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// Forty documents, one a line, or in a list.
    static func documents(
        in opening: String = "", _ closing: String = "\n", separator: String = "\n", _ document: (Int) -> [String: Any]
    ) -> String {
        opening + (0..<40).map { json(document($0)) }.joined(separator: separator) + closing
    }

    private static func json(_ value: [String: Any]) -> String {
        let data = (try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    /// `2024-03-05T09:07:00Z` and its like: one record an hour from the first on.
    static func time(_ index: Int, _ form: String = "%04d-%02d-%02dT%02d:07:00Z") -> String {
        String(format: form, 2024, 3, 5 + index / 24, index % 24)
    }
}
