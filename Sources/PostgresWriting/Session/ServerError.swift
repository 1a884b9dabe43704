/// What the server answered a statement with, reduced to what a log may hold.
///
/// The server's own words are not kept: its messages, details and contexts quote rows (a check's violation prints the
/// whole row, a duplicate its key). A trigger may put anything into the named fields as well, so a name is kept only
/// where it looks like one.
struct ServerError: Error, Sendable, Equatable {
    /// Five characters (PostgreSQL documentation, appendix A).
    var sqlState: String
    var table: String?
    var column: String?
    var constraint: String?
    var dataType: String?
    /// The row of a COPY, from 1, where the server names it.
    var line: Int?
    /// Whether a policy refused the row: its SQLSTATE is that of a missing right.
    var isRowSecurity = false

    init(
        sqlState: String, table: String? = nil, column: String? = nil, constraint: String? = nil,
        dataType: String? = nil, line: Int? = nil, isRowSecurity: Bool = false
    ) {
        self.sqlState = sqlState
        self.table = Self.name(table)
        self.column = Self.name(column)
        self.constraint = Self.name(constraint)
        self.dataType = Self.name(dataType)
        self.line = line
        self.isRowSecurity = isRowSecurity
    }

    /// A trigger left rows out without a word; there is no code for that.
    static let droppedRows = ServerError(sqlState: "01000")

    /// Whether it is about the row, so that its record is rejected, and not about us, the tables or the server.
    var isAboutRow: Bool { isRowSecurity || SQLState.isAboutRow(sqlState) }

    /// Whether the same transaction may succeed when it is tried again as a whole.
    var isWorthAnotherTry: Bool { SQLState.isWorthAnotherTry(sqlState) }

    /// What is wrong, fit for a log.
    var words: String {
        var facts = ["SQLSTATE \(sqlState)"]
        if let constraint { facts.append("constraint \(constraint)") }
        if let table { facts.append("table \(table)") }
        if let column { facts.append("column \(column)") }
        if let dataType { facts.append("type \(dataType)") }
        let rule = isRowSecurity ? "the row security policy refuses the row" : SQLState.words(sqlState)
        return "\(rule) (\(facts.joined(separator: ", ")))"
    }

    /// An identifier as people choose them: letters, digits, `_` and `$`, not beginning with a digit, 63 bytes at most.
    private static func name(_ text: String?) -> String? {
        guard let text, let first = text.unicodeScalars.first, text.utf8.count <= 63,
            first == "_" || first.properties.isAlphabetic,
            text.unicodeScalars.allSatisfy({
                $0 == "_" || $0 == "$" || ("0"..."9").contains($0) || $0.properties.isAlphabetic
            })
        else { return nil }
        return text
    }
}
