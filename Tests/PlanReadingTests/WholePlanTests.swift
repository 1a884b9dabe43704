import ImportCore
import Testing

@Suite("A whole plan")
struct WholePlanTests {
    private static let text = """
        version: 1
        name: zendesk-acme
        business_id: b2c3d4e5-f6a7-8901-bcde-f12345678901
        source:
          files: [tickets-*.json, "-"]
          format: jsonl
          encoding: UTF-8
          csv: { delimiter: tab, quote: none, header: false }
          key: id
          null_values: ["", "-", "#N/A", null]
          messages:
            in: comments
            map:
              content: {first_of: [plain_body, body]}
              sender_type: {from: author.role, values: {end-user: customer, admin: agent}}
              created_at: {from: created_at, date: iso8601}
              id: id
        conversation:
          initial_message: { template: "{{subject}}\\n\\n{{description}}" }
          customer_id: { from: requester.email, lookup: customers.csv, match: email, take: id, otherwise: none }
          status: { from: status, values: { new: open, hold: pending }, otherwise: reject }
          created_at: { from: created_at, date: "dd/MM/yyyy HH:mm", zone: {name: Europe/Berlin, ambiguous: earlier} }
          channel_type: {constant: email}
        customer: { name: requester.name, email: {from: requester.email, convert: [trim, lowercase]} }
        destinations:
          sandbox: {url: "http://127.0.0.1:8080/"}
          api: { url: https://api.pingback.live, token: ${TOKEN}, concurrency: 16, rate: 120/m, timeout: 1.5s,
                 patience: 2h, in_doubt: {settle_after: 500ms, looks: 3}, trust_503: true, expect_channel: widget,
                 accept_loss: [created_at, customer.new] }
        limits: { rejections: 20, field_bytes: 16MiB, record_bytes: 100MB, depth: 64, message_characters: 5000 }
        duplicates: first
        """

    @Test func isReadIntoTheModel() throws {
        let plan = try Plans.read(Self.text, environment: ["TOKEN": "s3cret"])
        #expect(plan.path == "plan.yaml")
        #expect(plan.name == "zendesk-acme")
        #expect(plan.duplicates == .first)

        let source = plan.source
        #expect(source.files == ["tickets-*.json", "-"])
        #expect(source.format == .jsonl)
        #expect(source.dialect.delimiter == UInt8(ascii: "\t"))
        #expect(source.dialect.quote == nil)
        #expect(source.dialect.header == false)
        #expect(source.nullValues == ["", "-", "#N/A", "null"])
        #expect(source.messages?.list.path.text == "comments")
        #expect(
            source.messages?.senderType?.meaning
                == .values([
                    ValueRule.ValuePair(from: "end-user", to: "customer"),
                    ValueRule.ValuePair(from: "admin", to: "agent"),
                ]))

        var zone = ZoneRule(name: "Europe/Berlin", line: 22)
        zone.ambiguous = .earlier
        let created = try #require(plan.conversation.times[.createdAt])
        #expect(created.meaning == .date(.pattern("dd/MM/yyyy HH:mm"), zone: zone))
        let customer = try #require(plan.conversation.texts[.customerID])
        #expect(customer.otherwise == ValueRule.Otherwise.none)
        #expect(customer.coversMissing)
        #expect(
            customer.meaning == .lookup(LookupRule(file: "customers.csv", match: "email", take: "id", line: 20)))
        #expect(plan.customer?.texts[.customerEmail]?.conversions == [.trim, .lowercase])
    }

    @Test func tellsDestinationsAndLimits() throws {
        let plan = try Plans.read(Self.text, environment: ["TOKEN": "s3cret"])
        let api = try #require(plan.destinations.api)
        #expect(api.url == "https://api.pingback.live")
        #expect(api.token?.reveal == "s3cret")
        #expect(api.concurrency == 16)
        #expect(api.rate == 2)
        #expect(api.timeout == 1.5)
        #expect(api.patience == 7200)
        #expect(api.doubts.settleAfter == 0.5)
        #expect(api.doubts.looks == 3)
        #expect(api.doubts.absent == .keep)
        #expect(api.trusts503)
        #expect(api.expectedChannel == .widget)
        #expect(api.acceptedLoss == ["created_at", "customer.new"])
        #expect(plan.destinations.sandbox.url == "http://127.0.0.1:8080/")
        #expect(plan.destinations.sandbox.doubts.absent == .resend)

        #expect(plan.limits.rejections == .count(20))
        #expect(plan.limits.fieldBytes == 16 << 20)
        #expect(plan.limits.recordBytes == 100_000_000)
        #expect(plan.limits.depth == 64)
        #expect(plan.limits.messageCharacters == 5000)
    }

    @Test func hasDefaultsForAllItNeedNotSay() throws {
        let plan = try Plans.read(Plans.text())
        #expect(plan.source.format == nil)
        #expect(plan.source.dialect == SourceDescription.Dialect())
        #expect(plan.source.nullValues == [""])
        #expect(plan.source.messages == nil)
        #expect(plan.customer == nil)
        #expect(plan.limits == Limits())
        #expect(plan.duplicates == .reject)
        #expect(plan.destinations.api == nil)
        #expect(plan.destinations.sandbox.url == nil)
        #expect(plan.destinations.sandbox.doubts.absent == .resend)
    }

    @Test func keepsTextsAsTheyWereTyped() throws {
        let source = "{files: [no, 007, 1e3], key: on, null_values: [~, no, 0x10, '  ']}"
        let plan = try Plans.read(Plans.text(source: source))
        #expect(plan.source.files == ["no", "007", "1e3"])
        #expect(plan.source.nullValues == ["~", "no", "0x10", "  "])
    }

    @Test func mayRepeatAPartByAnAlias() throws {
        let plan = try Plans.read(
            Plans.text(conversation: "{created_at: &time {from: at, date: iso8601}, updated_at: *time}"))
        #expect(plan.conversation.times[.updatedAt]?.meaning == .date(.iso8601, zone: nil))
    }
}
