import ImportCore
import Testing

@Suite("on_finish of a plan")
struct FinishHookTests {
    private func hook(_ text: String, environment: [String: String] = [:]) throws -> FinishHook? {
        try Plans.read(Plans.text(more: text), environment: environment).onFinish
    }

    @Test func isAListOfWordsOrAMapWithATimeLimit() throws {
        var expected = FinishHook(command: ["mail-admin", "two words"])
        #expect(try hook("on_finish: [mail-admin, two words]") == expected)
        #expect(expected.timeout == 30)
        expected.timeout = 300
        #expect(try hook("on_finish: {run: [mail-admin, two words], timeout: 5m}") == expected)
        #expect(try hook("limits: {rejections: 5}") == nil)
    }

    @Test func takesVariables() throws {
        #expect(try hook("on_finish: [mail, \"${ADMIN}\"]", environment: ["ADMIN": "a b"])?.command == ["mail", "a b"])
    }

    @Test func isNoPartOfTheMeaning() throws {
        #expect(
            try Plans.read(Plans.text(more: "on_finish: [a]")).meaning.map(\.text)
                == Plans.read(Plans.text()).meaning.map(\.text))
    }

    @Test(arguments: [
        Complaint(
            "mail-admin --urgent", "on_finish must be a list of the program and its arguments: no shell reads it"),
        Complaint("[]", "on_finish names no program"),
        Complaint("[\"\", a]", "on_finish names no program"),
        Complaint("{timeout: 5m}", "on_finish.run is missing"),
        Complaint("{run: [a], timeout: soon}", "on_finish.timeout is \"soon\", not a duration"),
        Complaint("{run: [a], timeout: 0s}", "on_finish.timeout is \"0s\"; it must be more than zero"),
        Complaint("{run: [a], tiemout: 5m}", "unknown key \"tiemout\" in on_finish\n  try: did you mean timeout?"),
    ])
    func wrongOnesAreNamed(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(more: "on_finish: \(complaint.piece)"))
        #expect(report.hasPrefix("plan.yaml:6: error: "), "\(report)")
        #expect(report.contains(complaint.report), "\(report)")
    }
}
