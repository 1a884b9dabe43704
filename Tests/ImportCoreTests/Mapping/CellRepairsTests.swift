import Testing

@testable import ImportCore

/// What a repair changes, what it leaves alone, and that each change is counted.
@Suite struct CellRepairsTests {
    private func map(_ repairs: Set<Repair>, _ rows: [[String: TestCell]]) throws -> DraftBatch {
        var plan = Rules.plan(texts: [.initialMessage: Rules.field("text"), .channelID: Rules.field("channel")])
        plan.source.repairs = repairs
        let program = try Rules.compile(plan)
        return program.map(RecordBatch(program.layout, rows))
    }

    @Test func nothingIsChangedThatIsNotNamed() throws {
        let drafts = try map([], [["id": "7.0", "text": #"'=a\nb"#, "channel": "3.0"]])
        #expect(drafts.text(.key) == ["7.0"] && drafts.text(.initialMessage) == [#"'=a\nb"#])
        #expect(drafts.repairs.isEmpty && drafts.found.isEmpty)
    }

    @Test func aPointAndZerosBehindAnIDAreLeftOut() throws {
        let drafts = try map(
            [.excelDecimalIDs],
            ["7253394974479.0", "3.00", "7.5", "7.", ".0", "a.0", "", "12"].map {
                ["id": .text($0), "text": "3.0", "channel": "5.0"]
            })
        #expect(drafts.text(.key) == ["7253394974479", "3", "7.5", "7.", ".0", "a.0", nil, "12"])
        #expect(drafts.text(.channelID) == Array(repeating: "5", count: 8))
        // A text is no id.
        #expect(drafts.text(.initialMessage) == Array(repeating: "3.0", count: 8))
        #expect(drafts.repairs == ["excel-decimal-ids": 10])
    }

    @Test func digitsThatAreLostAreNotMadeUp() throws {
        let drafts = try map([.excelDecimalIDs], [["id": "204518773000000017.0", "text": "a"]])
        #expect(drafts.found == ["0 id id.rounded"])
    }

    @Test(arguments: ["1.23E+17", "7e+12", "2.0E+100", "1.23e+17"])
    func anIDInScientificNotationIsARejectionAlways(id: String) throws {
        #expect(try map([], [["id": .text(id), "text": "a"]]).found == ["0 key id.rounded"])
    }

    @Test(arguments: ["1.23E17", "E+17", "A1E+17", "1.E+17", "1E+1", "12E+17", "1,2E+17", "1.2E+17x", "PRJ-12", "+17"])
    func otherIDsAreNone(id: String) throws {
        #expect(try map([], [["id": .text(id), "text": "a"]]).found.isEmpty)
    }

    @Test func anApostropheBeforeAFormulaIsLeftOut() throws {
        let texts = ["'=1+1", "'-", "'+49", "'@home", "'tis", "''=", "'", "=1"]
        let drafts = try map([.leadingApostrophe], texts.map { ["id": "a", "text": .text($0)] })
        #expect(drafts.text(.initialMessage) == ["=1+1", "-", "+49", "@home", "'tis", "''=", "'", "=1"])
        #expect(drafts.repairs == ["leading-apostrophe": 4])
    }

    @Test func aWrittenLineBreakBecomesOneWhereThereIsNoOther() throws {
        let texts = [#"a\nb\r\nc"#, "a\\nb\nc", #"a\tb"#, #"a\"#, "plain"]
        let drafts = try map([.literalNewlines], texts.map { ["id": #"x\ny"#, "text": .text($0)] })
        #expect(drafts.text(.initialMessage) == ["a\nb\nc", "a\\nb\nc", #"a\tb"#, #"a\"#, "plain"])
        #expect(drafts.text(.key) == Array(repeating: #"x\ny"#, count: 5))
        #expect(drafts.repairs == ["literal-newlines": 1])
    }

    @Test func recordsWithoutAnythingArePassedOver() throws {
        let program = try Rules.compile(Rules.plan(texts: [.initialMessage: Rules.field("text")]))
        var batch = RecordBatch(program.layout, [["id": "1", "text": "a"], [:], ["id": "2", "text": "b"]])
        batch.blankRecords = [1]
        batch.repairs = ["footer-line": 2]
        let drafts = program.map(batch)
        #expect((0..<3).map { drafts.skipReason(of: $0) } == [nil, "blank-record", nil])
        #expect(drafts.repairs == ["footer-line": 2])
    }
}
