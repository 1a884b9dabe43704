import Testing

@testable import ImportCore

@Suite("The reference under an opening message")
struct ReferenceProgramTests {
    private func map(_ rows: [[String: TestCell]]) throws -> DraftBatch {
        let rule = ReferenceRule(
            parts: [.text("Imported #"), .field(Rules.path("id"))], line: 1, meaning: [])
        let program = try MappingCompiler.compile(
            Rules.plan(texts: [.initialMessage: Rules.field("body")]), headers: [CSVHeader(names: ["id", "body"])],
            fileNames: ["a.csv"], lookups: [:], reference: rule)
        return program.map(RecordBatch(program.layout, rows))
    }

    @Test("stands on a line of its own, and is the message where there was none")
    func placing() throws {
        let drafts = try map([
            ["id": "1", "body": "hello"], ["id": "2", "body": "hello\n"], ["id": "3", "body": ""],
            ["id": " 4\n5 ", "body": "x"],
        ])
        #expect(
            drafts.text(.initialMessage) == [
                "hello\nImported #1", "hello\nImported #2", "Imported #3", "x\nImported # 4 5",
            ])
        #expect(drafts.text(.reference) == ["Imported #1", "Imported #2", "Imported #3", "Imported # 4 5"])
    }

    @Test("does not make a message of a blank one, nor anything of a record without the field")
    func nothingToAdd() throws {
        let drafts = try map([["id": "1", "body": "  "], ["id": .missing, "body": "hello"]])
        #expect(drafts.text(.initialMessage) == ["  ", "hello"])
    }
}
