import ImportCore

/// The words for what can be wrong with a CSV record.
enum CSVFindings {
    static func fieldCount(_ fields: Int, expected: Int) -> Finding {
        Finding(
            .csvFieldCount, "the record has \(fields) fields, the header has \(expected)",
            hint: fields > expected
                ? "quote the field that holds the delimiter"
                : "add the missing fields, empty where there is no value"
                    + (fields == 1 ? "; where it is a report's last line, say so: csv: {footer: …}" : ""))
    }

    static func fieldTooLong(column: Int, limit: Int) -> Finding {
        Finding(
            .fieldTooLong, "field \(column) is longer than \(limit) bytes",
            hint: "raise limits.field_bytes in the plan")
    }

    static func stray(isQuote: Bool, line: Int, column: Int) -> Finding {
        Finding(
            .csvStrayQuote,
            isQuote
                ? "a quote stands inside an unquoted field"
                : "text follows a closing quote; a quote inside a quoted field is written twice",
            hint: "quote the whole field and double the quotes in it", line: line, column: column)
    }

    static func unclosed(line: Int, column: Int) -> Finding {
        Finding(
            .csvUnclosedQuote, "the quote that opens here is never closed",
            hint: "close the quote, or double it if it is text", line: line, column: column)
    }

    static func tooLong(limit: Int, line: Int?, column: Int?) -> Finding {
        Finding(
            .recordTooLong,
            line == nil
                ? "the record is longer than \(limit) bytes"
                : "the quote that opens here is not closed within \(limit) bytes",
            hint: line == nil
                ? "raise limits.record_bytes in the plan" : "close the quote, or raise limits.record_bytes",
            line: line, column: column)
    }

    static func badText(_ kind: TextCheck.Kind, line: Int, column: Int) -> Finding {
        switch kind {
        case .encoding:
            Finding(
                .textEncoding, "the bytes are not valid UTF-8",
                hint: "save the file as UTF-8, or correct the character at this place", line: line, column: column)
        case .nul:
            Finding(
                .textNUL, "the record holds a NUL byte", hint: "remove the byte at this place", line: line,
                column: column)
        }
    }
}
