import ImportTestSupport
import Testing

/// `records` prints what the reader sees, one JSON line a record, in order.
@Suite struct RecordsTests {
    private func records(_ text: String, _ options: String...) async throws -> (Int32?, String) {
        let workspace = try Workspace()
        try workspace.write("input", text)
        let file = try await workspace.program.run(["records", "input"] + options)
        // Standard input reads like the file.
        let piped = try await workspace.program.run(["records", "-"] + options, input: .text(text))
        #expect(piped.output == file.output)
        #expect(piped.status == file.status)
        return (file.status, file.output)
    }

    @Test func aHeadedFileHasFieldsAndRepeatedNamesAreLists() async throws {
        let (status, output) = try await records("Comment,id,Comment\na,1,b\r\n\n\"x\ny\",2,\n")
        #expect(status == 0)
        #expect(
            output == """
                {"record":1,"line":2,"offset":19,"fields":{"Comment":["a","b"],"id":"1"}}
                {"record":2,"line":4,"offset":27,"fields":{"Comment":["x\\ny",""],"id":"2"}}

                """)
    }

    @Test func aFileWithoutHeaderHasValues() async throws {
        let (status, output) = try await records("1; a ;\n2;b;c", "--no-header", "--delimiter", ";")
        #expect(status == 0)
        #expect(
            output == """
                {"record":1,"line":1,"offset":0,"values":["1"," a ",""]}
                {"record":2,"line":2,"offset":7,"values":["2","b","c"]}

                """)
    }

    @Test func aJSONLineIsADocumentAsItStands() async throws {
        let (status, output) = try await records("{\"id\": 900719925474099312}\n\n{ \"a\":[1.0] }\n")
        #expect(status == 0)
        #expect(
            output == """
                {"record":1,"line":1,"offset":0,"document":{"id": 900719925474099312}}
                {"record":2,"line":3,"offset":28,"document":{ "a":[1.0] }}

                """)
    }

    @Test func whatCannotBeReadStandsInItsPlace() async throws {
        let (status, output) = try await records("a,b\n1,2\n3\n4,\"5\n6,7\n")
        #expect(status == 3)
        let lines = output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.first == "{\"record\":1,\"line\":2,\"offset\":4,\"fields\":{\"a\":\"1\",\"b\":\"2\"}}")
        #expect(lines[1].hasPrefix("{\"record\":2,\"line\":3,\"offset\":8,\"rejected\":{\"code\":\"csv.field-count\","))
        #expect(
            lines[2].hasPrefix("{\"record\":3,\"line\":4,\"offset\":10,\"rejected\":{\"code\":\"csv.unclosed-quote\","))
        // An unclosed quote does not swallow the rest of the file.
        #expect(lines[3] == "{\"record\":4,\"line\":5,\"offset\":15,\"fields\":{\"a\":\"6\",\"b\":\"7\"}}")
    }

    @Test func aPlanIsReadWithItsOwnDialect() async throws {
        let workspace = try Workspace.withSamples()
        let end = try await workspace.program.run("records", "samples/plain-csv/plan.yaml", "--limit", "2")
        #expect(end.status == 0)
        #expect(end.lines.count == 2)
        #expect(end.lines.first?.contains("\"fields\":{\"Nr\":\"") == true)
    }

    #if os(Linux)
        @Test func anOutputThatIsFullIsNoSuccess() async throws {
            let workspace = try Workspace()
            try workspace.write("tickets.csv", Tickets.csv(3))
            let end = try await workspace.program.shell("pingback-import records tickets.csv > /dev/full")
            #expect(end.status == 73)
            #expect(end.errors.hasPrefix("standard output: error: cannot be written: No space left on device\n  try: "))
        }
    #endif
}
