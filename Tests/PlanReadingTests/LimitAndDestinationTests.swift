import ImportCore
import Testing

@Suite("Limits and destinations of a plan")
struct LimitAndDestinationTests {
    @Test func rejectionsAreANumberOrAPercentage() throws {
        #expect(try Plans.read(Plans.text(more: "limits: {rejections: 0.5%}")).limits.rejections == .percentage(0.5))
        #expect(try Plans.read(Plans.text(more: "limits: {rejections: 0}")).limits.rejections == .count(0))
    }

    @Test(arguments: [
        ("1000", 1000), ("100B", 100), ("1KB", 1000), ("1KiB", 1024), ("1.5 MiB", 1_572_864), ("10MB", 10_000_000),
    ])
    func sizesHaveUnits(_ typed: String, _ bytes: Int) throws {
        #expect(try Plans.read(Plans.text(more: "limits: {field_bytes: \(typed)}")).limits.fieldBytes == bytes)
    }

    @Test(arguments: [
        ("500ms", 0.5), ("30s", 30), ("15m", 900), ("2h", 7200), ("1.5h", 5400),
    ])
    func durationsHaveUnits(_ typed: String, _ seconds: Double) throws {
        let plan = try Plans.read(Plans.text(more: "destinations: {sandbox: {patience: \(typed)}}"))
        #expect(plan.destinations.sandbox.patience == seconds)
    }

    @Test func howAnAPIIsReached() throws {
        let plan = try Plans.read(
            Plans.text(
                more: """
                    destinations:
                      api: { url: "http://inbox.internal", token_file: secrets/token, ca: ca.pem, allow_http: true,
                             opening_messages: send, accept_loss: [status, messages.times, created_at] }
                    """))
        let api = try #require(plan.destinations.api)
        #expect(api.token == nil)
        #expect(api.tokenFile == "secrets/token")
        #expect(api.ca == "ca.pem")
        #expect(api.allowsPlainHTTP)
        #expect(api.openingMessages == .send)
        #expect(api.acceptedLoss == ["status", "messages.times", "created_at"])
    }

    @Test func emptyDestinationHasDefaults() throws {
        let plan = try Plans.read(Plans.text(more: "destinations:\n  sandbox:"))
        #expect(plan.destinations.sandbox.concurrency == 8)
    }

    @Test func referenceIsPartOfTheMeaningAtItsDestinationAlone() throws {
        let plain = try Plans.read(Plans.text())
        let plan = try Plans.read(Plans.text(more: "destinations: {sandbox: {reference: 'Imported #{{id}}'}}"))
        #expect(plan.reference(at: "sandbox")?.parts.count == 2)
        #expect(plan.reference(at: "api") == nil)
        #expect(plan.meaning == plain.meaning)
        #expect(plan.meaning(at: "postgres") == plain.meaning)
        #expect(
            plan.meaning(at: "sandbox").map(\.text).filter { !plain.meaning.map(\.text).contains($0) }
                == ["destinations.sandbox.reference = Imported #{{id}}"])
        #expect(plan.identity == plain.identity)
    }

    @Test(arguments: [
        Complaint("destinations: {sandbox: {reference: Imported}}", "reference has no {{field}} in it"),
        Complaint("limits: {rejections: 101%}", "limits.rejections is \"101%\"; it must be a number of records, or"),
        Complaint("limits: {rejections: -1}", "limits.rejections is \"-1\""),
        Complaint("limits: {field_bytes: 1e6}", "limits.field_bytes is \"1e6\", not a size"),
        Complaint("limits: {field_bytes: 16 mb}", "not a size\n  try: a number of bytes, as in 16777216, 16MiB"),
        Complaint("limits: {record_bytes: 2GiB}", "it must be from 1 to 1073741824 bytes"),
        Complaint("limits: {field_bytes: 100MB}", "limits.field_bytes is more than limits.record_bytes"),
        Complaint("limits: {depth: 0}", "limits.depth is \"0\"; it must be a whole number from 1 to 1024"),
        Complaint("limits: [1]", "limits must be a map of keys and values, not a list"),
        Complaint(
            "duplicates: frist",
            "duplicates is \"frist\"; it must be reject, first or last\n  try: did you mean first?"),
        Complaint("destinations: {api: {token: t}}", "destinations.api.url is missing\n  try: url: https://api.ping"),
        Complaint("destinations: {api: {url: 'http://a', token: t, token_file: f}}", "token_file stands beside token"),
        Complaint(
            "destinations: {api: {url: 'http://a', allow_http: yes}}", "allow_http is \"yes\"; it must be true or"),
        Complaint("destinations: {api: {url: 'http://a', opening_messages: hold}}", "is \"hold\"; it must be send"),
        Complaint(
            "destinations: {api: {url: 'http://a', accept_loss: [status.pendign]}}",
            "accept_loss[0] is \"status.pendign\", which names nothing that could be lost\n  try: did you mean status.pend"
        ),
        Complaint("destinations: {sandbox: {url: ftp://a}}", "url is \"ftp://a\", not an http or https address"),
        Complaint("destinations: {sandbox: {url: 'http://'}}", "not an http or https address"),
        Complaint("destinations: {sandbox: {url: 'http://u:p@a'}}", "must be an address alone"),
        Complaint("destinations: {sandbox: {concurrency: 257}}", "it must be a whole number from 1 to 256"),
        Complaint("destinations: {sandbox: {rate: 20}}", "rate is \"20\", not a rate\n  try: requests a second"),
        Complaint("destinations: {sandbox: {rate: 0/s}}", "rate is \"0/s\", not a rate"),
        Complaint("destinations: {sandbox: {timeout: 30}}", "timeout is \"30\", not a duration"),
        Complaint("destinations: {sandbox: {timeout: 0s}}", "timeout is \"0s\"; it must be more than zero"),
        Complaint(
            "destinations: {sandbox: {expect_channel: widgets}}",
            "expect_channel is \"widgets\"; it must be webchat, widget, email, whatsapp, telegram, instagram, x or sms"
                + "\n  try: did you mean widget?"),
        Complaint("destinations: {sandbox: {trust_503: 1}}", "trust_503 is \"1\"; it must be true or false"),
        Complaint("destinations: {sandbox: {in_doubt: {absent: drop}}}", "absent is \"drop\"; it must be keep or res"),
    ])
    func wrongOnesAreToldApart(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(more: complaint.piece))
        #expect(report.hasPrefix("plan.yaml:6: error: "), "\(report)")
        #expect(report.contains(complaint.report), "\(report)")
    }

    @Test(arguments: [
        "b2c3d4e5f6a78901bcdef12345678901", "b2c3d4e5-f6a7-8901-bcde-f1234567890g", "B2C3D4E5-F6A7-8901-BCDE", "",
    ])
    func businessIsAUUID(_ typed: String) {
        let text = Plans.text().replacing(Plans.business, with: "'\(typed)'")
        #expect(Plans.report(text).hasPrefix("plan.yaml:3: error: business_id is \"\(typed)\", not a UUID"))
    }

    @Test(arguments: ["''", "Acme", "a_b", String(repeating: "a", count: 65), "ä"])
    func nameIsShortAndPlain(_ typed: String) {
        let text = Plans.text().replacing("name: acme", with: "name: \(typed)")
        #expect(Plans.report(text).hasPrefix("plan.yaml:2: error: name is "))
    }
}
