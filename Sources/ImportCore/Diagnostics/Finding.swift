/// What is wrong with a record: a value, never a throw, so that one bad record stops nothing.
package struct Finding: Sendable, Equatable {
    package var code: RejectionCode
    /// The field of the conversation, or the column of the source, that it is about.
    package var field: String?
    /// What rule was broken, in words fit for a log: no value of a person's.
    package var message: String
    /// The way out.
    package var hint: String?
    /// Where exactly, when that is not the record's first line: line and column, both from 1.
    package var line: Int?
    package var column: Int?

    package init(
        _ code: RejectionCode, field: String? = nil, _ message: String, hint: String? = nil, line: Int? = nil,
        column: Int? = nil
    ) {
        self.code = code
        self.field = field
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column
    }
}

/// A record that cannot be written: its place, and everything found wrong with it.
package struct Rejection: Sendable, Equatable {
    package var place: Place
    package var findings: [Finding]

    package init(place: Place, findings: [Finding]) {
        self.place = place
        self.findings = findings
    }
}
