import ImportCore
import Testing

@Suite("The meaning of a plan")
struct MeaningTests {
    private static let block = """
        version: 1
        name: acme
        business_id: b2c3d4e5-f6a7-8901-bcde-f12345678901
        source:
          files: tickets.csv
          key: id
        conversation:
          initial_message:
            template: "{{subject}}\\n{{body}}"
          # The old system's words
          status:
            from: status
            values:
              new: open
              on hold: pending
            otherwise: none
          created_at: {from: created, date: iso8601, zone: UTC}
        """

    /// The same, written another way, with another destination and other files.
    private static let flow = """
        {version: "1", name: 'acme', business_id: b2c3d4e5-f6a7-8901-bcde-f12345678901,
        duplicates: reject, limits: {depth: 512, rejections: 1, field_bytes: 16MiB},
        destinations: {sandbox: {concurrency: 2}},
        conversation: {created_at: {zone: {name: UTC, ambiguous: reject}, date: iso8601, from: created},
          status: {otherwise: none, values: {"on hold": pending, 'new': open}, from: status},
          initial_message: {template: "{{ subject }}\\n{{body}}"}},
        source: {csv: {delimiter: ",", header: true}, key: {from: "id"}, files: [other.csv], null_values: ""}}
        """

    @Test func doesNotDependOnLayout() throws {
        let block = try Plans.read(Self.block).meaning.map(\.text)
        let flow = try Plans.read(Self.flow).meaning.map(\.text)
        #expect(block == flow)
    }

    @Test func isWrittenLineByLine() throws {
        #expect(
            try Plans.read(Self.block).meaning.map { "\($0.line): \($0.text)" } == [
                "17: conversation.created_at.date = iso8601",
                "17: conversation.created_at.from = created",
                "17: conversation.created_at.zone = UTC",
                "17: conversation.created_at.zone.ambiguous = reject",
                #"9: conversation.initial_message.template = "{{subject}}\n{{body}}""#,
                "12: conversation.status.from = status",
                "16: conversation.status.otherwise = none",
                #"15: conversation.status.values."on hold" = pending"#,
                "14: conversation.status.values.new = open",
                "1: duplicates = reject",
                "1: limits.depth = 512",
                "1: limits.field_bytes = 16777216",
                "1: limits.message_characters = 1000000",
                "1: limits.record_bytes = 16777216",
                #"4: source.csv.delimiter = ",""#,
                "4: source.csv.header = true",
                #"4: source.csv.quote = "\"""#,
                "4: source.format = as its bytes say",
                "6: source.key.from = id",
                #"4: source.null_values = """#,
            ])
    }

    @Test(arguments: [
        ("new: open", "new: closed"), ("otherwise: none", "otherwise: {constant: open}"),
        ("from: status", "from: state"),
        ("iso8601", "epoch_ms"), ("zone: UTC", "zone: {name: UTC, ambiguous: later}"), ("{{body}}", "{{body}} "),
        ("key: id", "key: number"), ("key: id", "key: id\n  null_values: ['-']"), ("key: id", "key: id\n  format: csv"),
        ("key: id", "key: id\n  csv: {quote: none}"), ("version: 1", "version: 1\nduplicates: first"),
        ("version: 1", "version: 1\nlimits: {depth: 5}"), ("version: 1", "version: 1\ncustomer: {name: n}"),
        ("from: status", "from: {field: status}"), ("from: status", "convert: trim\n    from: status"),
    ])
    func changesWithWhatARecordBecomes(_ old: String, _ new: String) throws {
        // An epoch has no zone.
        let text = Self.block.replacing(old, with: new)
        let changed = new == "epoch_ms" ? text.replacing(", zone: UTC", with: "") : text
        #expect(try Plans.read(changed).meaning.map(\.text) != Plans.read(Self.block).meaning.map(\.text))
    }

    @Test func nullSpellingsHaveNoOrder() throws {
        let one = try Plans.read(Plans.text(source: "{files: a, key: b, null_values: ['-', '']}"))
        let two = try Plans.read(Plans.text(source: "{files: a, key: b, null_values: ['', '-', '']}"))
        #expect(one.meaning == two.meaning)
        #expect(one.meaning.map(\.text).contains(#"source.null_values = "", "-""#))
    }

    @Test func identityIsNameBusinessAndKey() throws {
        let plan = try Plans.read(
            Plans.text(source: "{files: t.csv, key: {first_of: [id, 'number'], convert: trim}}"))
        #expect(
            plan.identity == """
                name = acme
                business_id = b2c3d4e5-f6a7-8901-bcde-f12345678901
                source.key.convert = trim
                source.key.first_of[0].from = id
                source.key.first_of[1].from = number
                """)
    }

    @Test func identityIgnoresTheCaseOfTheBusiness() throws {
        let upper = Plans.text().replacing(Plans.business, with: Plans.business.uppercased())
        #expect(try Plans.read(upper).identity == Plans.read(Plans.text()).identity)
    }
}
