/// The table and columns that a COPY statement names, by which the server's words about it are understood.
///
/// A server says where a COPY failed in a text only, in the language that it was told to speak: `COPY t, line 7, column
/// c`, `COPY t, Zeile 7, Spalte c`, `tのCOPY、行 7、列 c`. So it is read by its shape: the table, which we know, a comma,
/// a number. What does not have this shape names no line; an error is then about the statement as a whole.
struct CopyTarget: Equatable {
    /// Without the schema: that is how the server writes it.
    let table: String
    let columns: [String]

    /// From `COPY schema.table (column, …) FROM STDIN`; nil where there is no table's name, as in `COPY (SELECT …)`.
    init?(statement: String) {
        var rest = Substring(statement)
        guard let word = Self.identifier(&rest), word.lowercased() == "copy",
            let first = Self.identifier(&rest)
        else { return nil }
        var table = first
        while rest.first == "." {
            rest.removeFirst()
            guard let next = Self.identifier(&rest) else { return nil }
            table = next
        }
        self.table = table
        var columns: [String] = []
        rest = rest.drop(while: \.isWhitespace)
        if rest.first == "(" {
            repeat {
                rest.removeFirst()
                guard let column = Self.identifier(&rest) else { break }
                columns.append(column)
                rest = rest.drop(while: \.isWhitespace)
            } while rest.first == ","
        }
        self.columns = columns
    }

    /// The place that an error's context names. The outermost step is told last, and it is the COPY itself; steps
    /// inside it (a function, an input routine) may quote data, and are not read.
    func place(in context: String) -> (line: Int, column: String?)? {
        guard var rest = context.split(separator: "\n").last else { return nil }
        // In most languages COPY comes first and a comma right after the table; in others a word is between.
        let isFirst = rest.hasPrefix("COPY " + table)
        if isFirst { rest = rest.dropFirst(5) }
        guard rest.hasPrefix(table) else { return nil }
        rest = rest.dropFirst(table.count)
        if !isFirst { rest = rest.trimmingPrefix(#/[^0-9A-Za-z_$()",、，][^0-9()",、，]{0,11}/#) }
        // The longest word before the number is half as long, in the eleven languages of PostgreSQL 15.
        guard let match = rest.prefixMatch(of: #/[,、，][^0-9()",、，]{1,16}(?<line>[0-9]+)(?<more>.*)/#),
            let line = Int(match.line)
        else { return nil }
        let words = match.more.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }
        return (line, words.last { columns.contains(String($0)) }.map(String.init))
    }

    /// Takes one identifier, quoted or not, off the front.
    private static func identifier(_ text: inout Substring) -> String? {
        text = text.drop(while: \.isWhitespace)
        guard text.first == "\"" else {
            let word = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
            text = text.dropFirst(word.count)
            // Unquoted names are folded by the server.
            return word.isEmpty ? nil : word.lowercased()
        }
        var name = ""
        text.removeFirst()
        while let character = text.popFirst() {
            if character != "\"" {
                name.append(character)
            } else if text.first == "\"" {
                name.append(text.removeFirst())
            } else {
                return name
            }
        }
        return nil
    }
}
