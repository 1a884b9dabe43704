import ImportCore
import Testing

@Suite("The messages of a plan")
struct MessageRulesTests {
    private func messages(_ text: String) throws -> MessageRules? {
        try Plans.read(Plans.text(source: "{files: a, key: id, messages: \(text)}")).source.messages
    }

    @Test func theyAreInAListInAFieldOrInColumns() throws {
        #expect(try messages("{in: a.b, map: {content: c}}")?.form == .list)
        #expect(try messages("{in: {json: a.b}, map: {content: c}}")?.form == .json)
        #expect(try messages("{in: {columns: 'A.'}, map: {content: c}}")?.form == .columns(nil))
        let split = try messages("{in: {columns: A, split: {by: ';', into: [d, b]}}, map: {content: b}}")
        #expect(split?.form == .columns(SplitRule(separator: ";", names: ["d", "b"], line: 4)))
        #expect(split?.list.path.text == "A")
        #expect(split?.order == .time)
        #expect(try messages("{in: a, order: file, map: {content: c}}")?.order == .file)
    }

    @Test func droppedOnesHaveAReasonAndConditions() throws {
        let rules = try messages(
            "{in: a, drop: {note: {from: public, is: 'false'}, bot: [{from: t, is_not: [a, b]}, "
                + "{from: m, convert: lowercase, same_as: r}, {field: 'x.y', present: false}]}, map: {content: c}}")
        #expect(rules?.drops.map(\.reason) == ["note", "bot"])
        #expect(rules?.drops[0].conditions.map(\.test) == [.isAny(["false"])])
        #expect(rules?.drops[1].conditions.count == 3)
        #expect(rules?.drops[1].conditions[0].test == .isNone(["a", "b"]))
        #expect(rules?.drops[1].conditions[1].value.conversions == [.lowercase])
        #expect(rules?.drops[1].conditions[2].test == .present(false))
    }

    @Test func aSenderMayBeFoundStepByStep() throws {
        let rules = try messages(
            "{in: a, map: {content: c, sender_type: {first_of: [{from: d, values: {'true': customer}, otherwise: none}, "
                + "{when: {from: m, domain: acme.com}, then: agent}], otherwise: customer}}}")
        guard case .firstOf(let steps) = rules?.senderType?.origin else {
            Issue.record("not a first_of")
            return
        }
        guard case .when(let conditions, let word) = steps[1].origin else {
            Issue.record("not a when")
            return
        }
        #expect(conditions.map(\.test) == [.domain(["acme.com"])])
        #expect(word == "agent")
    }

    @Test func theOpeningMessageHasASenderOfItsOwn() throws {
        let rules = try messages("{in: a, opening: {from: by, values: {x: agent}}, map: {content: c}}")
        guard case .values(let pairs)? = rules?.opening?.meaning else {
            Issue.record("no values")
            return
        }
        #expect(pairs.map(\.to) == ["agent"])
    }

    @Test func whatAConditionGuardsMayBeAnExpression() throws {
        let rule = try Plans.rule("{when: {from: kind, is: html}, then: {from: body, convert: html-to-text}}")
        guard case .guarded(let conditions, let then)? = rule?.origin else {
            Issue.record("not guarded")
            return
        }
        #expect(conditions.map(\.test) == [.isAny(["html"])])
        #expect(then.conversions == [.htmlToText])
    }

    @Test(arguments: [
        Complaint("{in: {}, map: {content: c}}", "source.messages.in does not say where the messages are"),
        Complaint("{in: {json: a, columns: b}, map: {content: c}}", "source.messages.in names more than one place"),
        Complaint("{in: {jsn: a}, map: {content: c}}", "did you mean json?"),
        Complaint("{in: {json: a, split: {by: x, into: [a, b]}}, map: {content: c}}", "split means nothing without"),
        Complaint("{in: {columns: a, split: {by: ';'}}, map: {content: c}}", "split.into is missing"),
        Complaint("{in: {columns: a, split: {by: ';', into: a}}, map: {content: a}}", "must name two parts at least"),
        Complaint("{in: {columns: a, split: {by: ';', into: [a, a]}}, map: {content: a}}", "the same name twice"),
        Complaint("{in: a, order: tme, map: {content: c}}", "must be time or file\n  try: did you mean time?"),
        Complaint("{in: a, drop: [x], map: {content: c}}", "drop must be a map of reasons and conditions"),
        Complaint("{in: a, drop: {Note: {from: a, is: b}}, map: {content: c}}", "is no name for a reason"),
        Complaint("{in: a, drop: {n: {from: a}}, map: {content: c}}", "asks nothing of its field\n  try: one of is,"),
        Complaint("{in: a, drop: {n: {from: a, is: b, is_not: c}}, map: {content: c}}", "asks more than one thing"),
        Complaint("{in: a, drop: {n: {is: b}}, map: {content: c}}", "drop.n.from is missing"),
        Complaint("{in: a, drop: {n: x}, map: {content: c}}", "drop.n must be a map, not a text"),
        Complaint("{in: a, map: {content: {when: {from: a, is: b}}}}", "content.then is missing"),
        Complaint("{in: a, map: {content: {from: a, then: b}}}", "then means nothing without when"),
        Complaint(
            "{in: a, map: {content: c, sender_type: {when: {from: a, is: b}, then: user}}}",
            "it must be customer or agent"),
    ])
    func wrongOneIsToldApart(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(source: "{files: a, key: id, messages: \(complaint.piece)}"))
        #expect(report.hasPrefix("plan.yaml:4: error: "))
        #expect(report.contains(complaint.report), "\(report)")
    }

    @Test func theirOrderAndReasonsAreMeaning() throws {
        let plan = try Plans.read(
            Plans.text(
                source: "{files: a, key: id, messages: {in: a, drop: {n: {from: b, is: [y, x]}}, map: {content: c}}}"))
        let lines = plan.meaning.map(\.text)
        #expect(lines.contains("source.messages.order = time"))
        #expect(lines.contains { $0.hasPrefix("source.messages.drop.n.is = ") })
    }
}
