import Testing

@testable import PostgresWriting

@Suite struct CopyTargetTests {
    private func target(_ table: String) throws -> CopyTarget {
        try #require(CopyTarget(statement: "COPY s.\"\(table)\" (id, \"sent at\", content) FROM STDIN (FORMAT binary)"))
    }

    @Test func aStatementNamesTableAndColumns() throws {
        #expect(try target("Mess.ages").table == "Mess.ages")
        #expect(try target("messages").columns == ["id", "sent at", "content"])
        #expect(CopyTarget(statement: "copy A.B from stdin")?.table == "b")
        #expect(CopyTarget(statement: #"COPY "a""b" FROM STDIN"#)?.table == #"a"b"#)
        #expect(CopyTarget(statement: "COPY (SELECT 1) TO STDOUT") == nil)
    }

    /// The texts of PostgreSQL 15's message catalogues.
    @Test(arguments: [
        "COPY messages, line 7, column content", "COPY messages, Zeile 7, Spalte content",
        "COPY messages, línea 7, columna content", "COPY messages, ligne 7, colonne content",
        "COPY messages, riga 7, colonna content", "messagesのCOPY、行 7、列 content",
        "COPY messages, ხაზი 7, სვეტი content", "messages 복사, 7번째 줄, content 열",
        "COPY messages, строка 7, столбец content", "COPY messages, rad 7, kolumn content",
        "COPY messages, рядок 7, стовпець content", "COPY messages, 行 7, 列 content",
    ])
    func thePlaceIsReadInEveryLanguage(context: String) throws {
        let place = try #require(try target("messages").place(in: context))
        #expect(place == (7, "content"))
        // An inner step comes first, and may quote anything.
        let nested = try #require(
            try target("messages").place(in: "JSON data, line 1: COPY messages, line 3\n" + context))
        #expect(nested == (7, "content"))
    }

    @Test(arguments: [
        "COPY messages, line 7", "COPY messages, Zeile 7", "messagesのCOPY、行 7", "messages 복사, 7번째 줄",
        "COPY messages, ligne 7",
    ])
    func aPlaceMayHaveNoColumn(context: String) throws {
        let place = try #require(try target("messages").place(in: context))
        #expect(place == (7, nil))
    }

    @Test func digitsInTheTablesNameAreNoLine() throws {
        #expect(try target("tickets 2024, line 3").place(in: "COPY tickets 2024, line 3, line 9")?.line == 9)
        #expect(try target("t2").place(in: "COPY t2, line 18446744073709551616") == nil)
    }

    @Test(arguments: [
        "PL/pgSQL function messages() line 3 at RAISE", "PL/pgSQL 함수 \"messages()\" 의 3번째 RAISE",
        "PL/pgSQL関数messages()の3行目 - RAISE", "messages() PL/pgSQL, line 3", "SQL statement \"COPY messages, line 3\"",
        "COPY other, line 3", "COPY messages", "COPY messages_old, line 3", "COPY messages, line 3\nSQL function \"f\"",
        "",
    ])
    func whatOnlyLooksLikeAPlaceIsNone(context: String) throws {
        #expect(try target("messages").place(in: context) == nil)
    }
}
