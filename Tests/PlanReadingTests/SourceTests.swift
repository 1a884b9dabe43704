import ImportCore
import Testing

@Suite("The source of a plan")
struct SourceTests {
    @Test(arguments: [
        ("tab", UInt8(ascii: "\t")), ("\"\\t\"", UInt8(ascii: "\t")), ("\\t", UInt8(ascii: "\t")),
        (";", UInt8(ascii: ";")), ("\",\"", UInt8(ascii: ",")), ("'|'", UInt8(ascii: "|")),
    ])
    func delimiterIsOneByte(_ typed: String, _ byte: UInt8) throws {
        let plan = try Plans.read(Plans.text(source: "{files: a, key: id, csv: {delimiter: \(typed)}}"))
        #expect(plan.source.dialect.delimiter == byte)
    }

    @Test(arguments: [
        Complaint("{key: id}", "source.files is missing\n  try: files: [tickets.csv]"),
        Complaint("{files: a}", "source.key is missing\n  try: key: id"),
        Complaint("{files: [a, ''], key: id}", "source.files[1] is empty"),
        Complaint("{files: a, key: {constant: x}}", "source.key cannot be a constant"),
        Complaint("{files: a, key: {from: id, otherwise: x}}", "source.key cannot be a constant"),
        Complaint("{files: a, key: id, csv: {delimiter: ab}}", "csv.delimiter is \"ab\"; it must be one ASCII char"),
        Complaint("{files: a, key: id, csv: {delimiter: §}}", "csv.delimiter is \"§\"; it must be one ASCII char"),
        Complaint("{files: a, key: id, csv: {delimiter: '\"'}}", "delimiter and source.csv.quote are the same"),
        Complaint("{files: a, key: id, csv: {quote: \",\"}}", "delimiter and source.csv.quote are the same"),
        Complaint("{files: a, key: id, csv: {header: yes}}", "csv.header is \"yes\"; it must be true or false"),
        Complaint("{files: a, key: id, messages: {in: c}}", "source.messages.map is missing"),
        Complaint("{files: a, key: id, messages: {in: c, map: {id: i}}}", "source.messages.map.content is missing"),
        Complaint("{files: a, key: id, messages: {map: {content: i}}}", "source.messages.in is missing"),
        Complaint(
            "{files: a, key: id, messages: {in: c, map: {content: c, sender_type: {constant: user}}}}",
            "it must be customer or agent"),
    ])
    func wrongOneIsToldApart(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(source: complaint.piece))
        #expect(report.hasPrefix("plan.yaml:4: error: "))
        #expect(report.contains(complaint.report), "\(report)")
    }

    @Test(arguments: [
        Complaint("source: {files: a, key: b, csv: {escape: '\\'}}", "source.csv.escape is not yet in this version"),
        Complaint(
            "source: {files: a, key: b, messages: {file: c.csv, key: t}}", "messages.file is not yet in this version"),
        Complaint(
            "source: {files: a, key: b, messages: {group: {by: t}}}", "messages.group is not yet in this version"),
        Complaint("repairs: [x]", "repairs is not yet in this version\n  try: put it under source"),
        Complaint("since: updated_at", "since is not yet in this version\n  try: put it under sync"),
        Complaint("opening_messages: send", "opening_messages is not yet in this version\n  try: put it under"),
        Complaint("message_budget: 100", "message_budget is not yet in this version"),
        Complaint("window: 20:00-06:00", "window is not yet in this version"),
    ])
    func whatALaterVersionWillReadIsKnownByName(_ complaint: Complaint) {
        let isSource = complaint.piece.hasPrefix("source")
        let head = "version: 1\nname: acme\nbusiness_id: \(Plans.business)\nconversation: {subject: s}\n"
        let source = isSource ? "" : "source: {files: a, key: b}\n"
        let report = Plans.report(head + source + complaint.piece)
        #expect(report.hasPrefix("plan.yaml:\(isSource ? 5 : 6): error: "), "\(report)")
        #expect(report.contains(complaint.report), "\(report)")
    }

    @Test func utf8MayBeSaid() throws {
        let said = try Plans.read(Plans.text(source: "{files: a, key: b, encoding: UTF-8}"))
        let unsaid = try Plans.read(Plans.text(source: "{files: a, key: b}"))
        #expect(said.meaning.map(\.text) == unsaid.meaning.map(\.text))
    }

    @Test func anotherEncodingIsPartOfThePlansMeaning() throws {
        let plan = try Plans.read(Plans.text(source: "{files: a, key: b, encoding: Windows-1252}"))
        #expect(plan.source.encoding == "windows-1252")
        let unsaid = try Plans.read(Plans.text(source: "{files: a, key: b}"))
        #expect(plan.meaning.map(\.text) != unsaid.meaning.map(\.text))
    }
}
