import ImportCore
import PlanReading
import Testing

@Suite("Environment variables in a plan")
struct VariableTests {
    private func constant(_ typed: String, _ environment: [String: String] = [:]) throws -> ValueRule.Origin? {
        try Plans.read(Plans.text(conversation: "{subject: {constant: \(typed)}}"), environment: environment)
            .conversation.texts[.subject]?.origin
    }

    @Test func areFilledInEvenBetweenBraces() throws {
        #expect(try constant("${TEAM}", ["TEAM": "blue"]) == .constant("blue"))
        #expect(try constant("'a ${A}${B} c'", ["A": "1", "B": ""]) == .constant("a 1 c"))
    }

    @Test func areFilledInAfterParsing() throws {
        #expect(try constant("${TEAM}", ["TEAM": "a: [b, \"c\n#d"]) == .constant("a: [b, \"c\n#d"))
        #expect(try constant("${TEAM}", ["TEAM": "${HOME}"]) == .constant("${HOME}"))
    }

    @Test func areNotWhatADoubledDollarBegins() throws {
        #expect(try constant("$${TEAM}") == .constant("${TEAM}"))
        #expect(try constant("'$$ $5 $${'") == .constant("$$ $5 ${"))
    }

    @Test func areNotFilledIntoKeys() throws {
        let rule = try Plans.read(
            Plans.text(conversation: "{subject: {from: a, values: {\"${TEAM}\": b}}}"), environment: ["TEAM": "x"])
        #expect(
            rule.conversation.texts[.subject]?.meaning == .values([ValueRule.ValuePair(from: "${TEAM}", to: "b")]))
    }

    @Test func thatAreMissingAreAllNamed() {
        let text = Plans.text(
            conversation: "{subject: {constant: '${A} and ${B}'}}", more: "limits: {depth: $C${C}}")
        #expect(
            Plans.report(text) == """
                plan.yaml:5: error: the environment variable A is not set
                  try: set it, as in: export A=…; or write $${ for the two characters ${
                plan.yaml:5: error: the environment variable B is not set
                  try: set it, as in: export B=…; or write $${ for the two characters ${
                plan.yaml:6: error: the environment variable C is not set
                  try: set it, as in: export C=…; or write $${ for the two characters ${
                """)
    }

    @Test func thatAreNotClosedAreNamedByLine() {
        #expect(
            Plans.report(Plans.text(more: "customer:\n  name: \"${A b}\"")) == """
                plan.yaml:7: error: a ${ is not followed by a variable's name and }
                  try: write ${NAME}, or $${ for the two characters ${
                """)
    }

    @Test(arguments: [
        "version: ${S}", "name: ${S}", "business_id: ${S}", "duplicates: ${S}", "limits: {depth: ${S}}",
        "limits: {field_bytes: ${S}}", "limits: {rejections: ${S}}", "customer: {name: '${S}..x'}",
        "customer: {name: {template: '{{${S}..}}'}}", "customer: {created_at: {from: a, date: ${S}}}",
        "customer: {created_at: ${S}}", "customer: {name: {from: a, convert: ${S}}}",
        "destinations: {sandbox: {url: ${S}, rate: ${S}}}",
        "destinations: {sandbox: {timeout: ${S}, concurrency: ${S}, trust_503: ${S}}}", "source: {encoding: ${S}}",
        "source: {csv: {delimiter: ${S}, header: ${S}}}", "source: {files: '${S}.gz'}",
        "conversation: {status: {constant: ${S}}}", "customer: {name: {from: a, zone: ${S}, match: ${S}}}",
    ])
    func neverShowTheirValueInAnError(_ text: String) {
        let report = Plans.report(text, environment: ["S": "hunter2"])
        #expect(!report.isEmpty)
        #expect(!report.contains("hunter2"))
    }

    @Test func changeTheMeaningWithoutShowingIt() throws {
        let text = Plans.text(conversation: "{subject: {constant: ${TEAM}}}")
        let one = try Plans.read(text, environment: ["TEAM": "hunter2"]).meaning
        let two = try Plans.read(text, environment: ["TEAM": "hunter3"]).meaning
        #expect(one != two)
        #expect(!one.contains { $0.text.contains("hunter2") })
    }

    private static let twoDestinations = Plans.text(
        more: "destinations:\n  api:\n    url: http://a\n    token: ${T}\n  sandbox: {url: 'http://${H}'}")

    @Test(arguments: [nil, "sandbox"])
    func areNeededForTheDestinationInUseOnly(_ destination: String?) throws {
        let plan = try PlanReader.read(
            text: Self.twoDestinations, path: "plan.yaml", environment: ["H": "b"], destination: destination)
        #expect(plan.destinations.api == nil)
        #expect(plan.destinations.sandbox.url == "http://b")
    }

    @Test func thatTheDestinationInUseLacksAreNamedByLine() {
        #expect(
            throws: PlanError.wrong(
                path: "plan.yaml",
                problems: [
                    PlanProblem(
                        line: 9, "the environment variable T is not set",
                        hint: "set it, as in: export T=…; or write $${ for the two characters ${")
                ])
        ) {
            try PlanReader.read(
                text: Self.twoDestinations, path: "plan.yaml", environment: [:], destination: "api")
        }
    }

    @Test func thatAreMissingDoNotHideOtherMistakesOfADestination() {
        #expect(Plans.report(Plans.text(more: "destinations: {api: {url: 'http://${H}', tokn: a}}")).isEmpty)
        #expect(Plans.report(Plans.text(more: "destinations: {api: {url: '${b'}}")).contains("is not followed by"))
    }
}
