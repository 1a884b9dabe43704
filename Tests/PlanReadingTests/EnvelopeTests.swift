import ImportCore
import Testing

@Suite("The envelope of a connector")
struct EnvelopeTests {
    private func plan(_ source: String) throws -> Plan {
        try Plans.read(
            Plans.text(
                source: "{files: a, key: id, \(source)}",
                conversation: "{initial_message: {template: '{{a.b}} {{\"c.d\"}}'}, status: {field: 's.t'}}"))
    }

    @Test func allFieldsAreThoseOfTheRecord() throws {
        let plan = try plan("envelope: {record: record.data}, skip: {reason: x, where: {e: f}}")
        #expect(plan.source.key.origin == .field(FieldReference(path: try #require(path("record.data.id")), line: 4)))
        #expect(plan.source.skips.map { $0.conditions.map(\.field.path.text) } == [["record.data.e"]])
        guard case .template(let parts)? = plan.conversation.texts[.initialMessage]?.origin,
            case .field(let first)? = parts.first, case .field(let last)? = parts.last,
            case .field(let status)? = plan.conversation.status?.origin
        else {
            Issue.record("no template, or no status")
            return
        }
        #expect(first.path == path("record.data.a.b"))
        #expect(last.path.steps == [.name("record"), .name("data"), .name("c.d")])
        #expect(status.path.steps == [.name("record"), .name("data"), .name("s.t")])
    }

    @Test func theFieldsOfAMessageAreItsOwn() throws {
        let plan = try plan(
            "envelope: {record: data}, messages: {in: list, drop: {n: {from: public, is: x}}, "
                + "map: {content: body, sender_type: {when: {from: who, same_as: requester}, then: customer}}}")
        let rules = try #require(plan.source.messages)
        #expect(rules.list.path == path("data.list"))
        #expect(rules.content.origin == .field(FieldReference(path: try #require(path("body")), line: 4)))
        guard case .when(let conditions, _)? = rules.senderType?.origin, case .sameAs(let other) = conditions[0].test
        else {
            Issue.record("no same_as")
            return
        }
        #expect(other.path == path("data.requester"))
    }

    @Test func aDocumentMustMeetAllOfItsConditions() throws {
        let plan = try plan("envelope: {record: record, where: {type: RECORD, stream: [tickets, cases]}}")
        #expect(plan.source.skips.map(\.reason) == ["other-stream", "other-stream"])
        let conditions = plan.source.skips.flatMap(\.conditions)
        #expect(conditions.map(\.field.path.text) == ["type", "stream"])
        #expect(conditions.map(\.test) == [.isNone(of: ["RECORD"]), .isNone(of: ["tickets", "cases"])])
    }

    @Test func withoutARecordItIsWrong() {
        let report = Plans.report(Plans.text(source: "{files: a, key: id, envelope: {where: {a: b}}}"))
        #expect(report.contains("source.envelope.record is missing"), "\(report)")
    }

    private func path(_ text: String) -> FieldPath? { FieldPath(path: text) }
}
