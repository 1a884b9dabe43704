import ImportTestSupport
import PingBackSandbox
import Testing

@Suite("Customers of a rehearsal")
struct CustomerTests {
    private static let known = SandboxCustomer(
        id: SandboxFixture.customerID, name: "Käthe", email: "kaethe@example.com", externalID: "k-1")
    private static let stranger = "d4e5f6a7-b8c9-0123-def0-123456789abc"

    @Test("are there from the beginning, with what is known of them, and stay when the server starts again")
    func seeded() async throws {
        try await SandboxFixture.with(customers: [Self.known]) { sandbox in
            let reply = try await sandbox.create(customerID: SandboxFixture.customerID)
            let customer = try #require(reply.object["customer"] as? [String: Any])
            #expect(customer["name"] as? String == "Käthe")
            #expect(customer["email"] as? String == "kaethe@example.com")
            #expect(customer["external_id"] as? String == "k-1")
            let again = SandboxServer(
                SandboxConfiguration(
                    dataFile: sandbox.dataFile, token: SandboxFixture.token, businessID: SandboxFixture.businessID,
                    customers: [SandboxCustomer(id: SandboxFixture.customerID, phone: "+49 30 1")]))
            let other = SandboxFixture(dataFile: sandbox.dataFile, port: try await again.start())
            let changed = try await other.create(customerID: SandboxFixture.customerID).object["customer"]
            #expect((changed as? [String: Any])?["name"] as? String == "Käthe")
            #expect((changed as? [String: Any])?["phone"] as? String == "+49 30 1")
            await again.stop()
        }
    }

    @Test(
        "who are not there are made up, refused, or left out, as the script says",
        arguments: [("made-up", 200), ("400", 400), ("404", 404), ("422", 422), ("unlinked", 200)])
    func unknown(word: String, status: Int) async throws {
        try await SandboxFixture.with(script: "unknown_customer: \(word)", customers: [Self.known]) { sandbox in
            let known = try await sandbox.create(customerID: SandboxFixture.customerID)
            #expect(known.status == 200)
            #expect(known.object["customer_id"] as? String == SandboxFixture.customerID)
            let reply = try await sandbox.create(customerID: Self.stranger)
            #expect(reply.status == status)
            let linked = reply.object["customer_id"] as? String
            #expect(linked == (word == "made-up" ? Self.stranger : nil))
            let applied = try SandboxJournal(ofDataFile: sandbox.dataFile).entries.count
            #expect(applied == (status == 200 ? 2 : 1))
        }
    }

    @Test("have ids of PingBack's form")
    func malformed() async throws {
        let folder = try TemporaryFolder()
        var configuration = SandboxFixture.configuration(dataFile: folder.path("data.sqlite"))
        configuration.customers = [SandboxCustomer(id: "42")]
        let server = SandboxServer(configuration)
        await #expect(throws: SandboxError.malformedCustomerID("42")) { try await server.start() }
    }
}
