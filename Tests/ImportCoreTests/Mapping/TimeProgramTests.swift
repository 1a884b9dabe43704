import ImportCore
import Testing

@Suite struct TimeProgramTests {
    // 2022-09-19T00:00:00Z
    private let day: Int64 = 1_663_545_600_000_000

    @Test func theFirstThatYieldsATimeIsTakenEachInItsOwnForm() throws {
        let rule = ValueRule(
            .firstOf([date("a", .pattern("dd/MM/yyyy"), otherwise: ValueRule.Otherwise.none), date("b", .iso8601)]),
            line: 1)
        let drafts = try map(
            rule,
            [
                ["a": "19/09/2022", "b": "2001-01-01"], ["a": "", "b": "2022-09-19"], ["a": "?", "b": "2022-09-19"],
                [:],
            ])
        #expect(
            drafts.times[TimeField.createdAt.rawValue].map { $0.isPresent ? $0.microseconds : nil }
                == [day, day, day, nil])
        #expect(drafts.found.isEmpty)
        #expect(drafts.repairs == ["date-left-out": 1])
    }

    @Test func whatIsNoDateIsRejected() throws {
        let drafts = try map(date("a", .iso8601), [["a": "2022-02-31"], ["a": "x"], [:]])
        #expect(drafts.found == ["0 created_at date.impossible", "1 created_at date.syntax"])
    }

    @Test func aCutFractionIsARepair() throws {
        let drafts = try map(date("a", .iso8601), [["a": "2022-09-19T00:00:00.1234567Z"]])
        #expect(drafts.repairs == ["fraction-cut": 1])
    }

    private func date(
        _ name: String, _ pattern: DatePattern, otherwise: ValueRule.Otherwise? = nil
    ) -> ValueRule {
        var rule = Rules.field(name)
        rule.meaning = .date(pattern, zone: ZoneRule(name: "UTC", line: 1))
        rule.otherwise = otherwise ?? .reject
        rule.coversMissing = otherwise != nil
        return rule
    }

    private func map(_ rule: ValueRule, _ rows: [[String: TestCell]]) throws -> DraftBatch {
        let program = try Rules.compile(Rules.plan(times: [.createdAt: rule]))
        return program.map(RecordBatch(program.layout, rows))
    }
}

@Suite struct MessageProgramTests {
    @Test func messagesOfARecordKeepTheirOrderAndSenders() throws {
        let (program, drafts) = try map([
            [["who": "agent", "text": "1"], ["who": "end-user", "text": "2"]], [], [["who": "?", "text": "3"]],
        ])
        #expect(program.layout.list?.columns.map(\.text) == ["text", "who"])
        #expect(drafts.messageRanges == [0..<2, 2..<2, 2..<3])
        #expect(drafts.messages.contents.map { drafts.string($0) } == ["1", "2", "3"])
        #expect(
            drafts.messages.senders == [SenderType.agent.rawValue, SenderType.customer.rawValue, 0])
        #expect(drafts.found == ["2 messages.sender_type value.unknown"])
    }

    @Test func whatIsNoListIsFound() throws {
        let program = try Rules.compile(Rules.plan(messages: rules))
        var batch = RecordBatch(program.layout, [["id": "1"], ["id": "2"]])
        batch.records[1].listKind = .text
        #expect(program.map(batch).found == ["1 messages messages.not-a-list"])
    }

    private var rules: MessageRules {
        var sender = Rules.field("who")
        sender.meaning = .values([.init(from: "agent", to: "agent"), .init(from: "end-user", to: "customer")])
        return MessageRules(
            list: Rules.path("comments"), content: Rules.field("text"), senderType: sender, createdAt: nil, id: nil)
    }

    private func map(_ items: [[[String: TestCell]]]) throws -> (MappingProgram, DraftBatch) {
        let program = try Rules.compile(Rules.plan(messages: rules))
        return (program, program.map(RecordBatch(program.layout, items.map { _ in ["id": "1"] }, items: items)))
    }
}
