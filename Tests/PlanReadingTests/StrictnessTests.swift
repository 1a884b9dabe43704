import ImportCore
import PlanReading
import Testing

@Suite("A plan is read strictly")
struct StrictnessTests {
    @Test func unknownKeyNamesItsLineAndTheNearestKnownOne() {
        #expect(
            Plans.report(Plans.text(source: "{filse: tickets.csv, key: id}")) == """
                plan.yaml:4: error: unknown key "filse" in source
                  try: did you mean files?
                """)
    }

    @Test func unknownKeyWithoutANearOneListsTheKnownOnes() {
        #expect(
            Plans.report(Plans.text(source: "{files: t.csv, key: id, csv: {colour: red}}")) == """
                plan.yaml:4: error: unknown key "colour" in source.csv
                  try: one of delimiter, quote, header, preamble, footer
                """)
    }

    @Test(arguments: [
        "nmae: x", "destinations: {sandbox: {ulr: x}}", "destinations: {sandbox: {in_doubt: {look: 1}}}",
        "limits: {dept: 3}", "customer: {nam: x}", "destinations: {sandbx: {}}",
    ])
    func unknownKeyIsFoundAnywhere(_ more: String) {
        #expect(Plans.report(Plans.text(more: more)).contains("plan.yaml:6: error: unknown key"))
    }

    @Test func aliasesOfAliasesAreRefusedBeforeTheyFillTheMemory() {
        let lists = zip("abcdefghijk", "bcdefghijkl").map {
            "\($1): &\($1) [\(Array(repeating: "*\($0)", count: 9).joined(separator: ", "))]"
        }
        let report = Plans.report((["a: &a x"] + lists).joined(separator: "\n"))
        #expect(report.contains("error: the plan has more than 200000 parts"))
    }

    @Test func repeatedKeyNamesBothLines() {
        #expect(
            Plans.report(Plans.text(more: "customer: {email: a,\n  'email': b}\n\"name\": beta")) == """
                plan.yaml:7: error: "email" stands twice in customer: on line 6 and on line 7
                  try: keep one of them
                plan.yaml:8: error: "name" stands twice in the plan: on line 2 and on line 8
                  try: keep one of them
                """)
    }

    @Test func keyThatStandsThreeTimesIsNamedTwice() {
        let report = Plans.report(Plans.text(more: "limits: {depth: 1}\nlimits: {depth: 2}\nlimits: {depth: 3}"))
        #expect(report.contains("plan.yaml:7: error: \"limits\" stands twice in the plan: on line 6 and on line 7"))
        #expect(report.contains("plan.yaml:8: error: \"limits\" stands twice in the plan: on line 6 and on line 8"))
    }

    @Test func allProblemsAreReportedInTheOrderOfTheirLines() {
        let text = """
            version: 2
            name: Acme
            source: {files: [], format: xml, key: {from: id, konvert: trim}}
            """
        #expect(
            Plans.report(text) == """
                plan.yaml:1: error: version is "2"; this program reads plans of version 1
                  try: version: 1
                plan.yaml:1: error: business_id is missing
                  try: business_id: b2c3d4e5-f6a7-8901-bcde-f12345678901
                plan.yaml:1: error: conversation is missing
                  try: conversation: {initial_message: description, status: status}
                plan.yaml:2: error: name is "Acme"; it must be 1 to 64 of the characters a-z, 0-9 and -
                  try: name: zendesk-acme
                plan.yaml:3: error: source.files names no file
                  try: files: [tickets.csv]
                plan.yaml:3: error: source.format is "xml"; it must be csv or jsonl
                plan.yaml:3: error: unknown key "konvert" in source.key
                  try: did you mean convert?
                """)
    }

    @Test(arguments: [
        Complaint("a: [1, 2", "plan.yaml:1: error: this is not YAML: while parsing a flow sequence begun on line 1, "),
        Complaint("b: 1\na:\n  [1,\n  2\n\n", "plan.yaml:4: error: this is not YAML: while parsing a flow sequence b"),
        Complaint("a: 1\n\tb: 2", "plan.yaml:2: error: this is not YAML: "),
        Complaint("a: 1\n---\nb: 2", "plan.yaml:2: error: this is not YAML: expected a single document"),
        Complaint("a: *b", "plan.yaml:1: error: this is not YAML: found undefined alias"),
        Complaint("a: \u{1}", "plan.yaml:1: error: this is not YAML: control characters are not allowed"),
        Complaint("", "plan.yaml: error: the plan is empty"),
        Complaint("# nothing", "plan.yaml: error: the plan is empty"),
        Complaint("tickets", "plan.yaml:1: error: the plan must be a map of keys and values, not a text"),
        Complaint("{a: 1}: b", "plan.yaml:1: error: a key must be a text"),
    ])
    func textThatIsNoPlanNamesItsLine(_ complaint: Complaint) {
        #expect(Plans.report(complaint.piece).contains(complaint.report), "\(Plans.report(complaint.piece))")
    }

    @Test func aWrongPlanIsOfStatus78() {
        #expect(Plans.error(in: "version: 1")?.report.status == .plan)
        #expect(Plans.error(in: "version: [")?.report.status == .plan)
    }
}
