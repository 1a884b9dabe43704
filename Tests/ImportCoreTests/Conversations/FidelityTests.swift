import Testing

@testable import ImportCore

@Suite("Fidelity") struct FidelityTests {
    private static let plan: Plan = {
        func field(_ name: String) -> ValueRule { Rules.field(name) }
        var status = field("status")
        status.meaning = .values([.init(from: "o", to: "open"), .init(from: "p", to: "pending")])
        var time = field("time")
        time.meaning = .date(.iso8601, zone: nil)
        var sender = field("by")
        sender.meaning = .values([.init(from: "c", to: "customer"), .init(from: "a", to: "agent")])
        var sentAt = field("at")
        sentAt.meaning = .date(.iso8601, zone: nil)
        var plan = Rules.plan(
            texts: [.customerID: field("customer"), .initialMessage: field("text"), .subject: field("subject")],
            times: [.createdAt: time], status: status,
            messages: MessageRules(
                list: Rules.path("notes"), content: field("body"), senderType: sender, createdAt: sentAt, id: nil))
        var customer = CustomerRules()
        customer.texts[.customerEmail] = field("mail")
        plan.customer = customer
        return plan
    }()

    private func fields(
        _ row: [String: TestCell], notes: [[String: TestCell]] = []
    ) throws -> [String] {
        let program = try Rules.compile(Self.plan)
        let drafts = program.map(RecordBatch(program.layout, [row], items: [notes]))
        return drafts.fidelityFields(of: 0).fields.map(\.name)
    }

    @Test func aConversationHasWhatItsRecordFills() throws {
        #expect(try fields(["id": "1", "status": "o"]) == [])
        #expect(
            try fields(["id": "1", "status": "p", "text": "t", "time": "2024-01-01T00:00:00Z", "subject": "s"])
                == ["initial_message", "subject", "created_at", "status.pending"])
    }

    @Test func aCustomerIsNewWhereNoIDNamesHim() throws {
        #expect(try fields(["id": "1", "status": "o", "mail": "a@example.org"]) == ["customer.new"])
        #expect(
            try fields(["id": "1", "status": "o", "mail": "a@example.org", "customer": "c"])
                == ["customer_id", "customer.email"])
    }

    @Test func messagesCountByWhoWroteThem() throws {
        let customer: [String: TestCell] = ["body": "b", "by": "c"]
        let agent: [String: TestCell] = ["body": "b", "by": "a", "at": "2024-01-01T00:00:00Z"]
        #expect(try fields(["id": "1", "status": "o"], notes: [customer]) == ["messages.customer"])
        #expect(
            try fields(["id": "1", "status": "o"], notes: [customer, agent, agent])
                == ["messages.customer", "messages.agent", "messages.times"])
    }

    @Test func aPlanTellsWhatItMayFill() {
        #expect(
            Self.plan.fidelityFields.fields.map(\.name) == [
                "customer_id", "initial_message", "subject", "created_at", "status.pending", "messages.customer",
                "messages.agent", "messages.times", "customer.new",
            ])
    }

    @Test func aNameCoversWhatIsBelowIt() {
        #expect(FidelityField.covered(by: "messages").fields == [.messagesCustomer, .messagesAgent, .messagesTimes])
        #expect(FidelityField.covered(by: "messages.times").fields == [.messagesTimes])
        #expect(FidelityField.covered(by: "customer").contains(.customerNew))
        #expect(!FidelityField.covered(by: "customer").contains(.customerID))
        #expect(FidelityField.covered(by: "message").isEmpty)
        #expect(FidelityField.names.allSatisfy { !FidelityField.covered(by: $0).isEmpty })
        #expect(Set(FidelityField.names).count == FidelityField.names.count)
    }

    @Test func everyFieldHasABitOfItsOwn() {
        #expect(FidelityField.allCases.count <= FidelitySet.RawValue.bitWidth)
        #expect(FidelityField.allCases.map(\.rawValue) == Array(0..<FidelityField.allCases.count))
        #expect(FidelitySet(FidelityField.allCases).fields == FidelityField.allCases)
    }
}
