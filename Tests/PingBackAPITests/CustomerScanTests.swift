import Foundation
import ImportCore
import Synchronization
import Testing

@testable import PingBackAPI

@Suite("Collecting customers", .timeLimit(.minutes(1)))
struct CustomerScanTests {
    /// A row of the list; the customer's e-mail address is written as people do.
    private static func row(_ id: String, _ customer: String?, at second: Int, external: String = "null") -> String {
        let time = "2026-01-01T00:00:\(second < 10 ? "0" : "")\(second)Z"
        let shown = customer.map {
            #"{"id":42,"business_id":7,"name":"N","email":" \#($0)@Example.com ","phone":null,"external_id":\#(external)}"#
        }
        return """
            {"id":"\(id)","customer_id":\(customer.map { "\"\($0)\"" } ?? "null"),"updated_at":"\(time)",\
            "customer":\(shown ?? "null"),"messages":[]}
            """
    }

    private static func page(of path: String) -> (status: String?, page: Int) {
        let items = URLComponents(string: path)?.queryItems ?? []
        return (
            items.first { $0.name == "status" }?.value, Int(items.first { $0.name == "page" }?.value ?? "") ?? 1
        )
    }

    private func collect(
        from server: ScriptedServer, _ begun: CustomerScan = CustomerScan(origin: "o", includesNames: false),
        most: Int = .max
    ) async throws -> CustomerScan {
        let control = RunControl()
        return try await Fixture.withDestination(server.url) { destination in
            var scan = begun
            var pages = 0
            try await destination.scanCustomers(&scan, control: control, note: { _ in }) { _ in
                pages += 1
                if pages == most { control.stop(.interrupted) }
            }
            return scan
        }
    }

    @Test("Every customer is found once, also one that moved to the front while its page was to come")
    func movingRows() async throws {
        let lists = Mutex(0)
        let server = try await ScriptedServer { arrival in
            let (status, page) = Self.page(of: arrival.path)
            let asked = lists.withLock {
                $0 += 1
                return $0
            }
            // After the first page the row of k3 moves to the front, past the page that comes next.
            let rows =
                asked == 1
                ? [Self.row("c1", "k1", at: 9), Self.row("c2", "k2", at: 8), Self.row("c3", "k3", at: 7)]
                : [
                    Self.row("c3", "k3", at: 20), Self.row("c1", "k1", at: 9), Self.row("c2", "k2", at: 8),
                    Self.row("c4", nil, at: 1),
                ]
            guard status == nil else { return .json(200, "[]") }
            let shown = rows.dropFirst((page - 1) * 2).prefix(2)
            return .json(200, "[" + shown.joined(separator: ",") + "]")
        }
        let scan = try await collect(from: server)
        #expect(scan.stage == .done)
        #expect(scan.customers.map(\.id) == ["k1", "k2", "k3"])
        #expect(scan.customers.map(\.email) == ["k1@example.com", "k2@example.com", "k3@example.com"])
        #expect(scan.customers.allSatisfy { $0.name == nil })
        try await server.close()
    }

    @Test("Where the list of all leaves a status out, that status is read as well")
    func statuses() async throws {
        let server = try await ScriptedServer { arrival in
            let (status, page) = Self.page(of: arrival.path)
            guard page <= 2 else { return .json(200, "[]") }
            let customer = status == "closed" ? "closed\(page)" : "open"
            return .json(200, "[\(Self.row("c-\(customer)-\(page)", customer, at: 10 - page, external: "\(page)"))]")
        }
        let scan = try await collect(from: server)
        #expect(scan.customers.map(\.id) == ["closed1", "closed2", "open"])
        #expect(scan.customers.map(\.externalID) == ["1", "2", "1"])
        try await server.close()
    }

    @Test("A scan that was stopped goes on at its page, and ends as one that was not")
    func resuming() async throws {
        let server = try await ScriptedServer { arrival in
            let (status, page) = Self.page(of: arrival.path)
            guard page <= 5, status == nil else { return .json(200, "[]") }
            return .json(200, "[\(Self.row("c\(page)", "k\(page)", at: 50 - page))]")
        }
        let whole = try await collect(from: server)
        let part = try await collect(from: server, most: 3)
        #expect(part.page == 4)
        let kept = try JSONDecoder().decode(CustomerScan.self, from: JSONEncoder().encode(part))
        #expect(try await collect(from: server, kept).customers == whole.customers)
        try await server.close()
    }

    @Test("A server that turns no pages is no PingBack")
    func stuckPages() async throws {
        let server = try await ScriptedServer { _ in .json(200, "[\(Self.row("c1", "k1", at: 1))]") }
        await #expect(throws: APIError.self) { _ = try await collect(from: server) }
        try await server.close()
    }

    @Test("An address that leads to two customers leads to none; what is theirs alone stays")
    func ambiguity() {
        let lookup = CustomerLookup([
            KnownCustomer(id: "b", email: "x@example.com", externalID: "2"),
            KnownCustomer(id: "a", email: "x@example.com", externalID: "1"),
            KnownCustomer(id: "c", email: "y@example.com"),
        ])
        #expect(lookup.customers.map(\.email) == [nil, nil, "y@example.com"])
        #expect(lookup.customers.map(\.externalID) == ["1", "2", nil])
        #expect(lookup.ambiguities == [.init(column: "email", value: "x@example.com", ids: ["a", "b"])])
    }
}
