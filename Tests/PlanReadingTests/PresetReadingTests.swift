import ImportCore
import Testing

@testable import PlanReading

@Suite struct PresetReadingTests {
    private func plan(_ source: String, _ more: String = "") -> String {
        """
        version: 1
        name: acme
        business_id: \(Plans.business)
        source: \(source)
        \(more)
        """
    }

    @Test func everyPresetIsAPlanButForItsFiles() throws {
        for name in Presets.names {
            let plan = try Plans.read(plan("{preset: \(name), files: a, zone: UTC}"))
            #expect(plan.source.preset == name)
            #expect(plan.conversation.texts[.initialMessage] != nil, "\(name)")
        }
    }

    @Test func theTableOfMonthsHasTwelveOfEachLanguage() {
        for (language, names) in LocalisedNames.standard.months {
            #expect(Set(names.map(\.month)) == Set(1...12), "\(language)")
        }
    }

    @Test func everyRefusedExportSaysWhatToDo() {
        for export in RefusedExport.all {
            #expect(!export.because.isEmpty && !export.instead.isEmpty && !export.signs.all.isEmpty)
        }
        #expect(RefusedExport.all.contains { $0.product == "Intercom" && $0.signs.format == .csv })
    }

    @Test func aPlansNamesOfAColumnAreAddedToThePresets() throws {
        let named = try Plans.read(
            plan(
                "{preset: jira-csv, files: a, zone: UTC, headers: {Issue key: Chave, Summary: [Resumo]}, months: [pt]}")
        )
        #expect(named.source.headers["Issue key"]?.first == "Chave")
        #expect(named.source.headers["Issue key"]?.contains("Clave de incidencia") == true)
        #expect(named.source.headers["Status"]?.contains("Estado") == true)
        #expect(named.source.months.contains(MonthName(text: "fev", month: 2)))
    }

    @Test func aPresetInThePlanMeansWhatThePlanWouldMeanWithIt() throws {
        let text = try #require(Presets.named("zammad")).text
        let written = text.replacing("source:\n", with: "source:\n  files: a\n")
        let whole = "version: 1\nname: acme\nbusiness_id: \(Plans.business)\n" + written
        let named = try Plans.read(plan("{preset: zammad, files: a}"))
        #expect(try Plans.read(whole).meaning.map(\.text) == named.meaning.map(\.text))
    }

    @Test func aLineOfAPresetIsNotALineOfThePlan() throws {
        let named = try Plans.read(plan("{preset: zammad, files: a, key: number}"))
        #expect(named.place(of: named.source.key.line) == "plan.yaml:4")
        let status = try #require(named.conversation.status)
        let lines = try #require(Presets.named("zammad")).text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.hasPrefix("  status:") }) + 1
        #expect(named.place(of: status.line) == "preset zammad:\(line)")
    }

    @Test func aKeyWithNothingBehindItTakesOutWhatThePresetSays() throws {
        let named = try Plans.read(plan("{preset: zammad, files: a}", "conversation: {status: , subject: number}"))
        #expect(named.conversation.status == nil)
        #expect(
            named.conversation.texts[.subject]?.origin
                == .field(FieldReference(path: FieldPath(literal: "number"), line: 5)))
        #expect(named.conversation.times[.createdAt] != nil)
    }

    @Test func anUnknownPresetIsNamedWithTheNearest() {
        let report = Plans.report(plan("{preset: zendesk-jsn, files: a}"))
        #expect(
            report.contains("source.preset is \"zendesk-jsn\", which is no preset\n  try: did you mean zendesk-json?"))
    }

    @Test(arguments: [
        Complaint("{files: a, key: id, zone: \"?\"}", "source.zone is still a question"),
        Complaint("{files: a, key: \"? id | number\"}", "keep one of \"id\" or \"number\""),
        Complaint("{files: a, key: id, months: [xx]}", "it must be de, en, es, fr, it, nl, pl or pt"),
        Complaint("{files: a, key: id, months: [{mar: 3, Mar: 4}]}", "makes \"mar\" two different months"),
        Complaint("{files: a, key: id, skip: {reason: x}}", "does not say which records it means"),
        Complaint("{files: a, key: id, skip: {reason: X y, where: {a: b}}}", "it must be 1 to 32 of"),
        Complaint("{files: a, key: id, headers: jira}", "must be a map of columns"),
    ])
    func wrongOneIsToldApart(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(source: complaint.piece))
        #expect(report.contains(complaint.report), "\(report)")
    }

    @Test func aQuestionOfTwoOrdersNamesBoth() {
        let text = Plans.text(
            conversation: "{initial_message: a, created_at: {from: b, date: \"? d/M/yyyy | M/d/yyyy\"}}")
        let report = Plans.report(text)
        #expect(report.contains("keep one of \"d/M/yyyy\" or \"M/d/yyyy\""), "\(report)")
    }

    @Test func oneZoneServesAllTimesThatHaveNone() throws {
        let plan = try Plans.read(
            Plans.text(
                source: "{files: a, key: id, zone: Europe/Berlin}",
                conversation:
                    "{initial_message: a, created_at: {from: b, date: iso8601}, closed_at: {from: c, date: epoch}}"))
        guard case .date(_, let zone) = plan.conversation.times[.createdAt]?.meaning,
            case .date(_, nil) = plan.conversation.times[.closedAt]?.meaning
        else {
            Issue.record("no dates")
            return
        }
        #expect(zone?.name == "Europe/Berlin")
    }
}
