import ImportCore
import Testing

@Suite struct MappingCompilerTests {
    @Test func aColumnThatIsNotInAHeaderIsNamedWithItsLineAndTheNearestName() throws {
        let plan = Rules.plan(texts: [.subject: Rules.field("Subjct", line: 7)])
        let problems = Rules.problems(plan, headers: [["id", "Subject"]])
        #expect(problems.map(\.line) == [7])
        #expect(problems.map(\.message) == ["a.csv has no column Subjct"])
        #expect(problems.map(\.hint) == ["did you mean Subject?"])
    }

    @Test func everyFileMustHaveEveryColumn() {
        let plan = Rules.plan(texts: [.subject: Rules.field("s", line: 3)])
        let problems = Rules.problems(plan, headers: [["id", "s"], ["s"], ["id"]])
        #expect(problems.map(\.message) == ["b.csv has no column id", "c.csv has no column s"])
    }

    @Test func aRepeatedNameNeedsAnIndex() throws {
        let plan = Rules.plan(texts: [.subject: Rules.field("Comment", line: 3)])
        let problems = Rules.problems(plan, headers: [["id", "Comment", "Comment"]])
        #expect(problems.map(\.message) == ["the column Comment stands 2 times in a.csv"])
        #expect(problems.first?.hint == "say which is meant: Comment[0] is the first")

        let indexed = Rules.plan(texts: [.subject: ValueRule(.field(Rules.path("Comment[1]")), line: 3)])
        let headers = [CSVHeader(names: ["id", "Comment", "Comment"])]
        #expect(try Rules.compile(indexed, headers: [headers[0].names]).layout.columns(in: headers) == [[0, 2]])
    }

    @Test func allProblemsAreToldAtOnceInTheOrderOfTheirLines() {
        var zoned = Rules.field("date", line: 5)
        zoned.meaning = .date(.iso8601, zone: ZoneRule(name: "Europe/Berln", line: 6))
        let plan = Rules.plan(
            texts: [.subject: Rules.field("x", line: 9)],
            times: [.createdAt: zoned, .updatedAt: Rules.field("date", line: 8)])
        do {
            _ = try Rules.compile(plan, headers: [["id", "date"]])
            Issue.record("the plan was compiled")
        } catch {
            #expect(error.report.status == .plan)
            #expect(error.report.place == "plan.yaml:6")
            #expect(error.problems.map(\.line).sorted() == [6, 8, 9])
            let lines = error.report.text.split(separator: "\n").filter { $0.contains("error: ") }
            #expect(lines.map { $0.prefix(12) } == ["plan.yaml:6:", "plan.yaml:8:", "plan.yaml:9:"])
        }
    }

    @Test func aCSVRecordHasNoListOfMessages() {
        let messages = MessageRules(
            list: Rules.path("comments", line: 4), content: Rules.field("body"), senderType: nil, createdAt: nil,
            id: nil)
        let problems = Rules.problems(Rules.plan(messages: messages), headers: [["id"]])
        #expect(problems.map(\.line) == [4])
    }

    @Test func aFieldNamedTwiceIsReadOnce() throws {
        let program = try Rules.compile(
            Rules.plan(texts: [.subject: Rules.field("s"), .initialMessage: Rules.field("s")]), headers: [["id", "s"]])
        #expect(program.layout.columns.map(\.text) == ["id", "s"])
    }
}
