import Testing

@testable import ImportCore

/// Messages from columns, in their order, with what the plan leaves out. Lists written as JSON are read by `FileReading`.
@Suite struct MessageSourceTests {
    private func rules(_ change: (inout MessageRules) -> Void = { _ in }) -> MessageRules {
        var rules = MessageRules(
            list: FieldReference(path: FieldPath(literal: "Comment"), isLiteral: true, line: 1),
            content: Rules.field("body"), senderType: nil, createdAt: nil, id: nil)
        rules.form = .columns(SplitRule(separator: ";", names: ["date", "author", "body"], line: 1))
        change(&rules)
        return rules
    }

    private func map(_ rules: MessageRules, _ rows: [[String: TestCell]]) throws -> DraftBatch {
        let header = ["id", "requester", "Comment", "Comment", "Comment"]
        let program = try Rules.compile(Rules.plan(messages: rules), headers: [header])
        return program.map(RecordBatch(program.layout, rows))
    }

    private func messages(_ drafts: DraftBatch) -> [[String]] {
        drafts.messageRanges.map { $0.map { drafts.string(drafts.messages.contents[$0]) ?? "-" } }
    }

    @Test func `each cell of a repeated column is a message, and the last part takes what is left`() throws {
        let drafts = try map(
            rules(),
            [
                ["Comment[0]": "d;a;one; two", "Comment[1]": "", "Comment[2]": "d;;three"], [:],
                ["Comment[1]": "d;a;x"],
            ])
        #expect(messages(drafts) == [["one; two", "three"], [], ["x"]])
        #expect(drafts.found.isEmpty)
    }

    @Test func `a cell with too few parts rejects its record`() throws {
        let drafts = try map(rules(), [["Comment[0]": "d;a;b"], ["Comment[0]": "d;a;b", "Comment[2]": "d;a"]])
        #expect(drafts.found == ["1 messages messages.not-split"])
    }

    @Test func `a cell may be taken whole, under the column's name`() throws {
        let drafts = try map(
            rules {
                $0.form = .columns(nil)
                $0.content = Rules.field("Comment")
            }, [["Comment[0]": "a;b", "Comment[2]": "c"]])
        #expect(messages(drafts) == [["a;b", "c"]])
    }

    @Test func `a part that split does not name, and a column that is not there, are errors of the plan`() {
        let wrong = rules { $0.content = Rules.field("bdy", line: 7) }
        #expect(
            Rules.problems(Rules.plan(messages: wrong), headers: [["id", "Comment"]]).map(\.hint)
                == ["did you mean body?"])
        #expect(
            Rules.problems(Rules.plan(messages: rules()), headers: [["id", "Coment"]]).map(\.message)
                == ["a.csv has no column Comment"])
    }

    @Test func `files may have the column a different number of times`() throws {
        let program = try Rules.compile(
            Rules.plan(messages: rules()), headers: [["id", "Comment"], ["Comment", "Comment", "id"], ["id"]])
        #expect(program.layout.columns(in: [CSVHeader(names: ["id", "Comment"])]) == [[0, 1, -1]])
        #expect(program.layout.columns(in: [CSVHeader(names: ["id"])]) == [[0, -1, -1]])
    }

    @Test func `a repeated column may go by another name`() throws {
        let header = CSVHeader(names: ["id", "Comentario", "Comentario"]).naming(["Comment": ["comentario"]])
        let program = try MappingCompiler.compile(
            Rules.plan(messages: rules()), headers: [header], fileNames: ["a.csv"], lookups: [:])
        #expect(program.layout.columns(in: [header]) == [[0, 1, 2]])
    }

    @Test func `messages stand in the order of their times, and of equal ones in the file's`() throws {
        var date = Rules.field("date")
        date.meaning = .date(.epochSeconds, zone: nil)
        let timed = rules { $0.createdAt = date }
        let rows: [[String: TestCell]] = [
            ["Comment[0]": "3;a;late", "Comment[1]": "1;a;early", "Comment[2]": "1;b;early too"],
            ["Comment[0]": "2;a;b", "Comment[1]": ";a;after b", "Comment[2]": "1;a;a"],
        ]
        #expect(
            try messages(map(timed, rows)) == [["early", "early too", "late"], ["a", "b", "after b"]])
        var asFiled = timed
        asFiled.order = .file
        #expect(
            try messages(map(asFiled, rows)) == [["late", "early", "early too"], ["b", "after b", "a"]])
    }

    @Test func `the opening message is put in front of a list that lacks it`() throws {
        let plan = Rules.plan(
            texts: [.initialMessage: Rules.field("text")],
            messages: rules {
                $0.opening = ValueRule(
                    .when([ConditionRule(value: Rules.field("requester"), test: .isAny(["r"]))], then: "customer"),
                    line: 1)
                $0.opening?.otherwise = .constant("agent")
                $0.opening?.coversMissing = true
            })
        let program = try Rules.compile(plan, headers: [["id", "text", "requester", "Comment"]])
        let drafts = program.map(
            RecordBatch(
                program.layout,
                [
                    ["text": "first", "requester": "r", "Comment[0]": "1;a;second"], ["text": "alone"],
                    ["Comment[0]": "1;a;no opening"],
                ]))
        #expect(messages(drafts) == [["first", "second"], ["alone"], ["no opening"]])
        let customer = SenderType.customer.rawValue
        #expect(drafts.messages.senders.map { $0 == customer } == [true, false, false, false])
    }

    @Test func `what the plan leaves out is counted by its first reason, and asked for nothing else`() throws {
        let note = ConditionRule(value: Rules.field("author"), test: .isAny(["bot", "note"]))
        let empty = ConditionRule(value: Rules.field("body"), test: .present(false))
        let drafts = try map(
            rules {
                $0.drops = [
                    DropRule(reason: "bot", conditions: [note]), DropRule(reason: "empty", conditions: [empty]),
                ]
                $0.senderType = ValueRule(
                    .when(
                        [ConditionRule(value: Rules.field("author"), test: .sameAs(Rules.path("requester")))],
                        then: "customer"), line: 1)
                $0.senderType?.otherwise = .constant("agent")
                $0.senderType?.coversMissing = true
            },
            [
                ["requester": "r", "Comment[0]": "1;bot;", "Comment[1]": "1;r;a", "Comment[2]": "1;x;b"],
                ["requester": "q", "Comment[0]": "1;r;c", "Comment[1]": "1;x;", "Comment[2]": "1;note;n"],
            ])
        #expect(messages(drafts) == [["a", "b"], ["c"]])
        #expect(drafts.droppedMessages == [1, 2])
        #expect(drafts.repairs == ["message-dropped.bot": 2, "message-dropped.empty": 1])
        let customer = SenderType.customer.rawValue
        #expect(drafts.messages.senders.map { $0 == customer } == [true, false, false])
        #expect(drafts.found.isEmpty)
    }

    @Test(arguments: [
        (ConditionRule.Test.isAny(["a@B.c", "x"]), [true, false, false]), (.isNone(["a@B.c"]), [false, true, false]),
        (.domain(["b.C"]), [true, false, false]), (.present(true), [true, true, false]),
        (.present(false), [false, false, true]), (.sameAs(Rules.path("other")), [true, false, false]),
    ])
    func `a missing value meets no condition but its absence`(_ test: ConditionRule.Test, _ met: [Bool]) throws {
        let rule = ValueRule(.when([ConditionRule(value: Rules.field("a"), test: test)], then: "yes"), line: 1)
        let program = try Rules.compile(Rules.plan(texts: [.subject: rule]))
        let rows: [[String: TestCell]] = [
            ["a": "a@B.c", "other": "a@B.c"], ["a": "@c", "other": "a@B.c"], ["a": .missing],
        ]
        let drafts = program.map(RecordBatch(program.layout, rows))
        #expect(drafts.text(.subject).map { $0 != nil } == met)
    }
}
