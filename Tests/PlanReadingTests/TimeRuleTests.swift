import ImportCore
import Testing

@Suite("Times in a plan")
struct TimeRuleTests {
    private func rule(_ expression: String) throws -> ValueRule? {
        try Plans.read(Plans.text(conversation: "\n  created_at: \(expression)")).conversation.times[.createdAt]
    }

    @Test(arguments: [
        ("iso8601", DatePattern.iso8601), ("epoch", .epochSeconds), ("epoch_ms", .epochMilliseconds),
        ("dd/MM/yyyy HH:mm", .pattern("dd/MM/yyyy HH:mm")), ("'d/MMM/yy h:mm a'", .pattern("d/MMM/yy h:mm a")),
    ])
    func formIsNamedOrAPattern(_ typed: String, _ pattern: DatePattern) throws {
        #expect(try rule("{from: at, date: \(typed)}")?.meaning == .date(pattern, zone: nil))
    }

    @Test func zoneIsANameOrAMap() throws {
        #expect(
            try rule("{from: at, date: iso8601, zone: UTC}")?.meaning
                == .date(.iso8601, zone: ZoneRule(name: "UTC", line: 6)))
        #expect(
            try rule("{from: at, date: iso8601, zone: {name: Asia/Tokyo, ambiguous: later, missing: reject}}")?.meaning
                == .date(.iso8601, zone: ZoneRule(name: "Asia/Tokyo", ambiguous: .later, line: 6)))
    }

    @Test func partsOfAFirstOfMayEachHaveAForm() throws {
        _ = try rule("{first_of: [{from: a, date: iso8601}, {from: b, date: epoch}]}")
        _ = try rule("{first_of: [a, b], date: iso8601}")
    }

    @Test(arguments: [
        Complaint("at", "created_at is a time, and needs its form\n  try: {from: …, date: iso8601}"),
        Complaint("{from: at}", "created_at is a time, and needs its form\n  try: date: iso8601, epoch"),
        Complaint("{first_of: [at, {from: b, date: epoch}]}", "first_of[0] is a time, and needs its form"),
        Complaint("{from: at, values: {a: b}}", "created_at.values gives no time\n  try: use date"),
        Complaint("{from: at, date: epoch, values: {a: b}}", "has values and date, which exclude each other"),
        Complaint("{from: at, date: iso-8601}", "it must be iso8601, epoch, epoch_ms, or a pattern"),
        Complaint("{from: at, date: isso8601}", "year, month and day\n  try: did you mean iso8601?"),
        Complaint("{from: at, date: HH:mm}", "created_at.date is \"HH:mm\"; it must be"),
        Complaint("{from: at, date: epoch, zone: UTC}", "created_at.zone means nothing with an epoch"),
        Complaint("{from: at, date: iso8601, zone: {ambiguous: later}}", "created_at.zone.name is missing"),
        Complaint("{from: at, date: iso8601, zone: {name: UTC, ambiguous: no}}", "it must be earlier, later or reject"),
        Complaint("{from: at, date: iso8601, zone: {name: UTC, missing: later}}", "can only be rejected"),
        Complaint("{from: at, date: iso8601, otherwise: 2020-01-01}", "otherwise must be reject or none for a time"),
    ])
    func wrongRuleIsToldApart(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(conversation: "\n  created_at: \(complaint.piece)"))
        #expect(report.hasPrefix("plan.yaml:6: error: "))
        #expect(report.contains(complaint.report), "\(report)")
    }

    @Test(arguments: [
        Complaint("status: {constant: opne}", "status.constant is \"opne\"; it must be open, pending, resolved or cl"),
        Complaint("status: {constant: opne}", "try: did you mean open?"),
        Complaint("status: {from: s, values: {new: Open}}", "status.values.new is \"Open\""),
        Complaint("status: {from: s, otherwise: done}", "status.otherwise is \"done\""),
        Complaint("status: {first_of: [s, {constant: new}]}", "status.first_of[1].constant is \"new\""),
        Complaint("channel_type: {constant: mail}", "it must be webchat, widget, email"),
    ])
    func wordOutsideOfPingBacksVocabularyIsRefused(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(conversation: "\n  \(complaint.piece)"))
        #expect(report.hasPrefix("plan.yaml:6: error: conversation."))
        #expect(report.contains(complaint.report), "\(report)")
    }

    @Test func wordOfTheSourceNeedNotBePingBacks() throws {
        _ = try Plans.read(
            Plans.text(conversation: "{status: {first_of: [s, {constant: new}], values: {new: open}}}"))
    }
}
