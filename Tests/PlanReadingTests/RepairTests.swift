import ImportCore
import PlanReading
import Testing

/// `source.repairs`, and the lines of a report around its records.
@Suite struct RepairTests {
    private func source(_ more: String) throws -> SourceDescription {
        try Plans.read(Plans.text(source: "{files: a.csv, key: id, \(more)}")).source
    }

    @Test func repairsAreAskedForByName() throws {
        let source = try source("repairs: [trailing-empty-fields, excel-decimal-ids]")
        #expect(source.repairs == [.trailingEmptyFields, .excelDecimalIDs])
        #expect(source.dialect.dropsTrailingEmptyFields && !source.dialect.passesBlankRecords)
        #expect(try self.source("repairs: blank-records").dialect.passesBlankRecords)
        #expect(try self.source("format: csv").repairs.isEmpty)
    }

    @Test func theyArePartOfThePlansMeaningWhereTheyAreNamed() throws {
        func meaning(_ more: String) throws -> [String] {
            try Plans.read(Plans.text(source: "{files: a.csv, key: id, \(more)}")).meaning.map(\.text)
                .filter { $0.contains("repairs") || $0.contains("preamble") || $0.contains("footer") }
        }
        #expect(try meaning("format: csv").isEmpty)
        #expect(
            try meaning("repairs: [literal-newlines, blank-records], csv: {preamble: 3, footer: [Total]}").count == 3)
        #expect(
            try meaning("repairs: [literal-newlines, blank-records]")
                == ["source.repairs = blank-records, literal-newlines"])
    }

    @Test func whatStandsAroundTheRecordsOfAReportIsTold() throws {
        let dialect = try source("csv: {preamble: 3, footer: [Grand Total, Copyright]}").dialect
        #expect(dialect.preamble == 3 && dialect.footers == ["Grand Total", "Copyright"])
        #expect(try source("csv: {footer: Total}").dialect.footers == ["Total"])
    }

    @Test(arguments: [
        Complaint("repairs: [trailing-empty-feilds]", "did you mean trailing-empty-fields?"),
        Complaint("repairs: [excel-ids]", "it must be trailing-empty-fields, blank-records, excel-decimal-ids"),
        Complaint("csv: {preamble: many}", "it must be a whole number from 0"),
        Complaint("csv: {footer: \"a\\nb\"}", "must be what a line begins with"),
        Complaint("csv: {preambel: 3}", "did you mean preamble?"),
    ])
    func aWordThatIsNoneIsAnError(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(source: "{files: a.csv, key: id, \(complaint.piece)}"))
        #expect(report.hasPrefix("plan.yaml:4: error: "), "\(report)")
        #expect(report.contains(complaint.report), "\(report)")
    }
}
