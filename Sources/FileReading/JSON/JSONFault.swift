internal import CSimdJSON
internal import ImportCore

/// What a reader of reports is told about a document that cannot be read.
///
/// Columns count bytes from 1, since a broken line need not be made of characters; on a record's first line they count from
/// where the record begins, as its offset does.
extension Finding {
    static func json(_ fault: DocumentReader.Fault, line: Int, column: Int, limits: Limits) -> Finding {
        func finding(_ code: RejectionCode, _ message: String, hint: String? = nil) -> Finding {
            Finding(code, message, hint: hint, line: line, column: column)
        }
        switch fault.code {
        case CSJ_INCOMPLETE:
            return finding(
                .jsonSyntax, "the JSON document is not complete, or something follows its end",
                hint: "a document must stand on one line, unless the file is a list")
        case CSJ_TRAILING:
            return finding(
                .jsonSyntax, "something follows the end of the JSON document",
                hint: "put each document on a line of its own")
        case CSJ_BAD_NUMBER:
            return finding(.jsonSyntax, "a number is not written as JSON writes numbers (RFC 8259, section 6)")
        case CSJ_BAD_LITERAL:
            return finding(.jsonSyntax, "a bare word is none of true, false and null")
        case CSJ_BAD_ESCAPE:
            return finding(
                .jsonSyntax, "a string holds an escape that JSON does not know, or half of a surrogate pair")
        case CSJ_UNCLOSED_STRING:
            return finding(.jsonSyntax, "a string is not closed")
        case CSJ_CONTROL_CHARACTER:
            return finding(
                .jsonSyntax, "a string holds a control character that is not escaped",
                hint: "write a line end as \\n and a tab as \\t")
        case CSJ_NOT_UTF8:
            return finding(.textEncoding, "the bytes are not valid UTF-8", hint: "JSON is UTF-8: convert the file")
        case CSJ_DUPLICATE_KEY:
            return finding(
                .jsonDuplicateKey, "an object has the same key twice", hint: "leave the value that is meant")
        case CSJ_TOO_DEEP:
            return finding(.jsonDepth, "objects and arrays nest deeper than \(limits.depth) levels")
        case CSJ_FIELD_TOO_LONG:
            return Finding(
                .fieldTooLong, field: fault.field, "the field is longer than \(limits.fieldBytes) bytes",
                hint: "raise limits.field_bytes in the plan")
        case CSJ_NOT_AN_OBJECT:
            return finding(.jsonNotAnObject, "the JSON document is not an object")
        case CSJ_NO_MEMORY:
            return finding(
                .recordTooLong, "there is not enough memory for this record", hint: "lower limits.record_bytes")
        default:
            return finding(.jsonSyntax, "a token stands where JSON allows none")
        }
    }

    static func jsonTooLong(_ limits: Limits) -> Finding {
        Finding(
            .recordTooLong, "the record is longer than \(limits.recordBytes) bytes",
            hint: "raise limits.record_bytes in the plan")
    }

    static let jsonMissingElement = Finding(
        .jsonSyntax, "a value is missing between two commas, or between a comma and the list's end")

    static let jsonUnclosedList = Finding(
        .jsonSyntax, "the file ends before its list does", hint: "the export may be cut short: export it again")

    static let jsonBehindList = Finding(
        .jsonSyntax, "something follows the end of the list; nothing from here on is read",
        hint: "put each list into a file of its own")

    static let jsonSecondList = Finding(
        .jsonSyntax, "the page holds a second list of objects; only the first is read",
        hint: "put the list that holds the records into a file of its own")
}
