import Foundation
import ImportTestSupport
import Testing

/// From the conversations of a workspace to a lookup, and from the lookup to an import with customers.
@Suite struct CustomersTests {
    private static func id(_ number: Int) -> String { "aaaaaaaa-bbbb-4ccc-8ddd-00000000000\(number)" }

    @Test("What customers collects, a plan's lookup finds; what is ambiguous it leaves out")
    func endToEnd() async throws {
        let workspace = try Workspace()
        let sandbox = try await SandboxProcess(workspace)
        // A workspace with four customers, of whom two share an address.
        try workspace.write(
            "old.csv", "id,text,status,customer\n" + (1...4).map { "\($0),old \($0),open,\(Self.id($0))\n" }.joined())
        try workspace.writePlan(
            "old.yaml", files: "old.csv", conversation: "customer_id: customer",
            more: sandbox.destination("rate: 100/s"))
        #expect(try await workspace.program.run("run", "old.yaml").status == 0)
        try await sandbox.kill()
        let addresses = try await workspace.program.shell(
            """
            sqlite3 server.sqlite "UPDATE customer SET email = 'Ann@Example.com' WHERE id LIKE '%1'; \
            UPDATE customer SET email = 'both@example.com' WHERE id LIKE '%2' OR id LIKE '%3'; \
            UPDATE customer SET email = 'q,\\"uoted@example.com', external_id = '77' WHERE id LIKE '%4'"
            """)
        #expect(addresses.status == 0, "\(addresses.errors)")
        try await sandbox.start()

        try workspace.write(
            "tickets.csv",
            """
            id,text,status,mail
            11,new 1,open, ANN@example.com
            12,new 2,open,both@example.com
            13,new 3,open,"q,""uoted@example.com"
            14,new 4,open,nobody@example.com

            """)
        try workspace.writePlan(
            conversation: """
                customer_id: { from: mail, convert: [trim, lowercase], lookup: customers.csv, match: email, take: customer_id, otherwise: none }
                """, more: sandbox.destination("rate: 100/s"))
        let end = try await workspace.program.run("customers", "plan.yaml", "--output", "customers.csv")
        #expect(end.status == 0, "\(end.errors)")
        #expect(
            try workspace.read("customers.csv") == """
                customer_id,email,phone,external_id
                \(Self.id(1)),ann@example.com,,
                \(Self.id(2)),,,
                \(Self.id(3)),,,
                \(Self.id(4)),"q,""uoted@example.com",,77

                """)
        #expect(
            try workspace.read("customers.ambiguous.csv")
                == "column,value,customer_ids\nemail,both@example.com,\(Self.id(2)) \(Self.id(3))\n")
        for name in ["customers.csv", "customers.ambiguous.csv"] {
            let mode = try FileManager.default.attributesOfItem(atPath: workspace.folder.path(name))[.posixPermissions]
            #expect(mode as? Int == 0o600, "\(name)")
        }
        #expect(!workspace.exists("customers.csv.scan"))
        #expect(!end.errors.contains("example.com"))

        #expect(try await workspace.program.run("run", "plan.yaml").status == 0)
        let linked = try await workspace.program.shell(
            """
            sqlite3 server.sqlite "SELECT content, customer_id FROM message JOIN conversation \
            ON conversation.id = conversation_id WHERE content LIKE 'new%' ORDER BY content"
            """)
        #expect(linked.lines == ["new 1|\(Self.id(1))", "new 2|", "new 3|\(Self.id(4))", "new 4|"].map { $0[...] })
        try await sandbox.kill()
    }
}
