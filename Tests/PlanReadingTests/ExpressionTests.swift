import Foundation
import ImportCore
import Testing

@Suite("Expressions")
struct ExpressionTests {
    private func field(_ path: String) -> ValueRule.Origin? {
        FieldPath(path: path).map { .field(FieldReference(path: $0, line: 5)) }
    }

    private func literal(_ name: String) -> ValueRule.Origin {
        .field(FieldReference(path: FieldPath(literal: name), isLiteral: true, line: 5))
    }

    @Test func bareTextIsAFieldsName() throws {
        #expect(try Plans.rule("requester.email")?.origin == field("requester.email"))
        #expect(try Plans.rule("{from: 'Comment[0]'}")?.origin == field("Comment[0]"))
        #expect(try Plans.rule("body")?.line == 5)
    }

    @Test func fieldForcesALiteralName() throws {
        #expect(try Plans.rule("{field: 'Status [list]'}")?.origin == literal("Status [list]"))
        #expect(try Plans.rule("{from: {field: 'No.'}, convert: trim}")?.origin == literal("No."))
    }

    @Test func templateKeepsItsTextExactly() throws {
        let subject = FieldReference(path: FieldPath(literal: "subject"), line: 5)
        let origin = try Plans.rule("{template: \"  {{ subject }}\\n\\t}} {{\\\"No.\\\"}}\"}")?.origin
        guard case .template(let parts) = origin else {
            Issue.record("not a template: \(String(describing: origin))")
            return
        }
        #expect(
            parts == [
                .text("  "), .field(subject), .text("\n\t}} "),
                .field(FieldReference(path: FieldPath(literal: "No."), isLiteral: true, line: 5)),
            ])
    }

    @Test func firstOfTakesExpressionsOfAnyForm() throws {
        let rule = try Plans.rule("{first_of: [a, {from: b, convert: [trim, collapse]}, {constant: '-'}]}")
        guard case .firstOf(let rules) = rule?.origin else {
            Issue.record("not a first_of")
            return
        }
        #expect(rules.count == 3)
        #expect(rules[1].conversions == [.trim, .collapse])
        #expect(rules[2].origin == .constant("-"))
    }

    @Test func otherwiseIsAKeywordOrAConstant() throws {
        #expect(try Plans.rule("{from: a}")?.coversMissing == false)
        #expect(try Plans.rule("{from: a, otherwise: reject}")?.otherwise == .reject)
        #expect(try Plans.rule("{from: a, otherwise: reject}")?.coversMissing == true)
        #expect(try Plans.rule("{from: a, otherwise: none}")?.otherwise == ValueRule.Otherwise.none)
        #expect(try Plans.rule("{from: a, otherwise: nobody}")?.otherwise == .constant("nobody"))
        #expect(try Plans.rule("{from: a, otherwise: {constant: none}}")?.otherwise == .constant("none"))
    }

    @Test(arguments: [
        Complaint("[a, b]", "subject must be a field's name or a map, not a list\n  try: first_of: [one"),
        Complaint("", "subject has no value"),
        Complaint("''", "subject is empty"),
        Complaint("a..b", "subject names \"a..b\", whose dots and brackets are no path\n  try: if this is a"),
        Complaint("{convert: trim}", "subject does not say where its value comes from"),
        Complaint("{from: a, constant: b}", "subject has from and constant, but a value comes from one of them"),
        Complaint("{form: a}", "unknown key \"form\" in conversation.subject\n  try: did you mean from?"),
        Complaint("{template: {{a}}}", "a key must be a text\n  try: put a text with braces"),
        Complaint("{template: 'a {{b'}", "template has a {{ that is not closed\n  try: write a field as {{name}}"),
        Complaint("{template: '{{{{b}}}}'}", "template has a {{ that is not closed"),
        Complaint("{template: '{{}}'}", "template has a placeholder \"\" that is no field's name"),
        Complaint("{template: 'a'}", "template has no {{field}} in it, so that it would never give a value"),
        Complaint("{first_of: a}", "subject.first_of must be a list of expressions"),
        Complaint("{first_of: [a, {convert: trim}]}", "first_of[1] does not say where its value comes from"),
        Complaint("{from: a, convert: trimm}", "convert is \"trimm\"; it must be trim, lowercase, uppercase, col"),
        Complaint("{from: a, values: {}}", "subject.values must be a map of the source's values"),
        Complaint("{from: a, values: {x: y}, lookup: f}", "subject has values and lookup, which exclude each other"),
        Complaint("{from: a, lookup: f.csv, take: b}", "subject.match is missing\n  try: match: email"),
        Complaint("{from: a, match: b}", "subject.match means nothing without lookup"),
        Complaint("{from: a, take: b}", "subject.take means nothing without lookup"),
        Complaint("{from: a, zone: UTC}", "subject.zone means nothing without date"),
        Complaint("{from: a, date: iso8601}", "subject.date is for times, and this is none"),
        Complaint("{from: a, otherwise: {constnat: b}}", "unknown key \"constnat\" in conversation.subject.otherwise"),
        Complaint("{from: a, otherwise: [b]}", "subject.otherwise must be a text, not a list"),
    ])
    func wrongOneIsToldApart(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(conversation: "\n  subject: \(complaint.piece)"))
        #expect(report.contains("plan.yaml:6: error: "))
        #expect(report.contains(complaint.report), "\(report)")
        #expect(report.components(separatedBy: "error: ").count == 2, "\(report)")
    }
}
