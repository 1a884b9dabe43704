import ImportCore
import Testing

@testable import PostgresWriting

/// A customer whom the server refused, when the run goes on in another process.
@Suite struct RefusedCustomerTests {
    private static let refusesBad = """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF NEW.name = 'Bad' THEN RAISE 'no'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION refuse()
        """

    /// One whom the server refuses, somebody else, and the first again under a better name.
    private static let conversations: [Conversation] = {
        var tickets = [NightTicket(0), NightTicket(3), NightTicket(6)]
        tickets[0].name = "Bad"
        tickets[2].email = tickets[0].email
        return NightTicket.conversations(tickets)
    }()

    @Test("stays refused, whether the record that names them first is read again or its outcome is known")
    func staysRefused() async throws {
        for leftOut in 0...1 {
            let nights = try await Nights()
            try await nights.psql(Self.refusesBad)
            let first = try await nights.load(Array(Self.conversations.prefix(1)))
            #expect(first.entries.map(\.state) == [.refused])
            let rest = try await nights.load(Array(Self.conversations.dropFirst(leftOut)))
            let refused = rest.entries.filter { $0.state == .refused }.map(\.record).sorted()
            #expect(refused == [0, 2].dropFirst(leftOut).map { Self.conversations[$0].id }, "\(leftOut) left out")
            #expect(try await nights.psql("SELECT email FROM customers") == [["person1@example.org"]])
        }
    }

    @Test("is created when the server takes them at the same record")
    func createdAfterAll() async throws {
        let nights = try await Nights()
        try await nights.psql(Self.refusesBad)
        _ = try await nights.load(Array(Self.conversations.prefix(1)))
        try await nights.psql("DROP TRIGGER refuse ON customers")
        let journal = try await nights.load(Self.conversations)
        #expect(journal.entries.map(\.state) == [.done, .done, .done])
        #expect(try await nights.psql("SELECT name FROM customers ORDER BY 1") == [["Bad"], ["Person 1"]])
    }
}
