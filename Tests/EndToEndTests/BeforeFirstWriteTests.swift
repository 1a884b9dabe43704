import Foundation
import ImportTestSupport
import Testing

/// What is found out, told and agreed to before the first conversation goes to an API.
@Suite("Before the first write") struct BeforeFirstWriteTests {
    /// Six tickets: four customers in five of them, two pending, one subject.
    private static let tickets = """
        id,text,status,customer,at,subject
        1,one,open,C1,2024-01-01T00:00:00Z,
        2,two,wait,c1,2024-01-02T00:00:00Z,about
        3,three,wait,C2,2024-01-03T00:00:00Z,
        4,four,open,C3,2024-01-04T00:00:00Z,
        5,five,open,C4,,
        6,six,open,,,

        """

    private func workspace(
        _ destination: String, files: String = "tickets.csv", name: String = "api"
    ) throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Self.tickets)
        try writePlan(destination, files: files, name: name, in: workspace)
        return workspace
    }

    private func writePlan(
        _ destination: String, files: String = "tickets.csv", name: String = "api", in workspace: Workspace
    ) throws {
        try workspace.write(
            "plan.yaml",
            """
            version: 1
            name: before
            business_id: \(Workspace.businessID)
            source: { files: ["\(files)"], format: csv, key: id }
            conversation:
              initial_message: text
              customer_id: { from: customer, values: { C1: \(Self.id(1)), c1: \(Self.id(1).uppercased()), C2: \(Self.id(2)),
                                                       C3: \(Self.id(3)), C4: \(Self.id(4)) } }
              status: { from: status, values: { open: open, wait: pending } }
              created_at: { from: at, date: iso8601 }
              subject: subject
            destinations:
              \(name): { \(destination) }

            """)
    }

    private static func id(_ number: Int) -> String { "c0ffee00-0000-0000-0000-00000000000\(number)" }

    private static let remote = "url: \"https://pingback.invalid\", token: t"
    private static let allLoss = "accept_loss: [created_at, status.pending, subject]"

    private func files(of workspace: Workspace) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: workspace.folder.url.path).sorted()
    }

    // MARK: - Loss

    @Test func lossThatNobodyAcceptedStopsTheRunWithTheLineToAdd() async throws {
        let workspace = try workspace(Self.remote + ", opening_messages: send, accept_loss: [status]")
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "api", "--yes")
        #expect(end.status == 78)
        #expect(
            end.errors.contains("plan.yaml: error: api does not carry subject (1 record), created_at (4 records)\n"))
        #expect(end.errors.contains("  safe: nothing was sent\n"))
        #expect(
            end.errors.hasSuffix("  try: add to destinations: api:  accept_loss: [status, subject, created_at]\n"))
        #expect(end.errors.contains("what api carries of 6 records:"))
        #expect(try files(of: workspace) == ["plan.yaml", "tickets.csv"])
    }

    @Test func aWordThatNamesNoLossIsNotTaken() async throws {
        let workspace = try workspace(Self.remote)
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "api", "--accept-loss", "status.pendign")
        #expect(end.status == 78)
        #expect(end.errors.contains("--accept-loss: error: status.pendign names nothing that could be lost"))
        #expect(end.errors.contains("did you mean status.pending?"))
    }

    @Test func standardInputIsJudgedByThePlanAlone() async throws {
        let workspace = try workspace(Self.remote, files: "-")
        let run = ["run", "plan.yaml", "--to", "api"]
        let end = try await workspace.program.run(run, input: .text(Self.tickets))
        #expect(end.status == 78)
        #expect(end.errors.contains("the source can be read only once, so nothing is counted"))
        #expect(end.errors.contains("api does not carry subject, created_at, status.pending\n"))
        let accepted = try await workspace.program.run(
            run + ["--accept-loss", "subject, created_at,status"], input: .text(Self.tickets))
        #expect(accepted.status == 78)
        #expect(accepted.errors.contains("how many is not known"))
    }

    @Test func theSandboxTellsLossAndDoesNotStop() async throws {
        let workspace = try workspace("", name: "sandbox")
        let validated = try await workspace.program.run("validate", "plan.yaml", "--to", "sandbox")
        #expect(validated.status == 0, "\(validated.errors)")
        #expect(validated.errors.contains("created_at       4  lost: PingBack takes the time of the import"))
        #expect(!validated.errors.contains("a run would stop"))
        #expect(!workspace.exists("plan.sandbox.sqlite"))

        let run = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(run.status == 0, "\(run.errors)")
        let summary = try workspace.summary("summary.json")
        Summary(summary).expectBalance()
        #expect(summary["lost"] as? [String: Int] == ["created_at": 4, "status.pending": 2, "subject": 1])
        #expect(run.errors.contains("not carried: created_at"))
    }

    @Test func whatIsLostIsThatOfAllProcesses() async throws {
        let workspace = try Workspace()
        let sandbox = try await SandboxProcess(workspace)
        try workspace.write("tickets.csv", Self.tickets)
        try writePlan(
            "url: \"\(sandbox.url)\", token: \"\(SandboxProcess.token)\", \(Self.allLoss)", in: workspace)
        for _ in 0..<3 {
            let end = try await workspace.program.run(
                "run", "plan.yaml", "--to", "api", "--limit", "2", "--summary", "summary.json")
            #expect(end.status == 0, "\(end.errors)")
            #expect(end.errors.contains("active channels: 1 widget (1 inactive)\n"))
        }
        let summary = try workspace.summary("summary.json")
        Summary(summary).expectBalance()
        #expect(summary["lost"] as? [String: Int] == ["created_at": 4, "status.pending": 2, "subject": 1])
        #expect(try workspace.applied("server.sqlite").count == 6)
    }

    // MARK: - Opening messages

    @Test func peopleGetMessagesOnlyWhereThePlanSaysSo() async throws {
        let workspace = try workspace("\(Self.remote), \(Self.allLoss)")
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "api", "--yes")
        #expect(end.status == 78)
        #expect(
            end.errors.contains(
                "https://pingback.invalid may deliver opening messages to real people: 6 conversations with a text: "
                    + "5 to 4 customers, 1 that names no customer\n"))
        #expect(end.errors.contains("opening_messages: send"))
        #expect(try files(of: workspace) == ["plan.yaml", "tickets.csv"])
    }

    @Test func aSandboxElsewhereIsNoSandbox() async throws {
        let workspace = try workspace(Self.remote, name: "sandbox")
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 78)
        #expect(end.errors.contains("sandbox does not carry subject"))
    }

    // MARK: - Over TLS, through a proxy, with secrets planted

    @Test func aRunAtAnotherHostTellsNoSecret() async throws {
        let server = try await ProxiedPingBack()
        var workspace = try workspace(
            "url: \"\(server.url)\", token: \"${PINGBACK_TOKEN}\", ca: \"\(server.authority)\", \(Self.allLoss), "
                + "opening_messages: send")
        workspace.program.environment = try server.environment
        var said = ""

        let validated = try await workspace.program.run("validate", "plan.yaml", "--to", "api")
        said += validated.output + validated.errors
        #expect(validated.status == 0, "\(validated.errors)")
        #expect(validated.errors.contains("https://pingback.test:443: the token is that of an admin"))
        #expect(validated.errors.contains("active channels: 1 email"))
        #expect(validated.errors.contains("opening messages: 6 conversations with a text: 5 to 4 customers"))
        #expect(try server.requests.allSatisfy { $0.hasPrefix("GET ") || $0.hasSuffix(" clean") })

        let run = try await workspace.program.run(
            "run", "plan.yaml", "--to", "api", "--summary", "summary.json", "--log-format", "json")
        said += run.output + run.errors
        #expect(run.status == 0, "\(run.errors)")
        #expect(try server.requests.count { $0 == "POST /api/v1/conversations/" } == 6)
        #expect(try server.requests.contains("CONNECT pingback.test:443 clean"))
        #expect(try !server.requests.contains { $0.hasSuffix("with-token") })

        workspace.program.environment["PINGBACK_TOKEN"] = "canary-of-yesterday"
        let refused = try await workspace.program.run("validate", "plan.yaml", "--to", "api")
        said += refused.output + refused.errors
        #expect(refused.status == 77)

        let status = try await workspace.program.run("status", "plan.yaml", "--to", "api")
        said += status.output + status.errors
        #expect(!said.contains("canary"))
        for file in try files(of: workspace) where workspace.isFile(file) {
            #expect(try workspace.bytes(file).range(of: Data("canary".utf8)) == nil, "\(file)")
        }
    }

    @Test func aServerThatNobodyVouchesForStopsTheRun() async throws {
        let server = try await ProxiedPingBack()
        var workspace = try workspace(
            "url: \"\(server.url)\", token: \"${PINGBACK_TOKEN}\", \(Self.allLoss), opening_messages: send")
        workspace.program.environment = try server.environment
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "api")
        #expect(end.status == 77)
        #expect(end.errors.contains("the server did not prove who it is"))
        #expect(try server.requests == ["CONNECT pingback.test:443 clean"])
        let trusting = try await workspace.program.run(
            "run", "plan.yaml", "--to", "api", "--ca", server.authority)
        #expect(trusting.status == 0, "\(trusting.errors)")
    }

    // MARK: - Where the token comes from

    @Test func aTokenStandsInAFileOfItsOwnersOrOnStandardInput() async throws {
        let workspace = try Workspace()
        let sandbox = try await SandboxProcess(workspace)
        try workspace.write("tickets.csv", Self.tickets)
        try writePlan("url: \"\(sandbox.url)\", token_file: token", in: workspace)
        try workspace.write("token", SandboxProcess.token + "\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: workspace.folder.path("token"))
        let open = try await workspace.program.run("validate", "plan.yaml", "--to", "api")
        #expect(open.status == 78)
        #expect(open.errors.contains("token: error: others may read or change the token (mode 644)"))
        #expect(open.errors.contains("try: chmod 600 token"))

        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: workspace.folder.path("token"))
        let closed = try await workspace.program.run("validate", "plan.yaml", "--to", "api")
        #expect(closed.status == 0, "\(closed.errors)")

        try writePlan("url: \"\(sandbox.url)\"", in: workspace)
        let given = try await workspace.program.run(
            ["validate", "plan.yaml", "--to", "api", "--token-stdin"], input: .text(SandboxProcess.token + "\n"))
        #expect(given.status == 0, "\(given.errors)")
        let empty = try await workspace.program.run("validate", "plan.yaml", "--to", "api", "--token-stdin")
        #expect(empty.status == 78)

        try writePlan("url: \"\(sandbox.url)\"", files: "-", in: workspace)
        let both = try await workspace.program.run(
            ["run", "plan.yaml", "--to", "api", "--token-stdin"], input: .text(Self.tickets))
        #expect(both.status == 64)
    }

    @Test func theWordsOfFidelityArePrinted() async throws {
        let end = try await Workspace().program.run("schema", "fidelity")
        #expect(end.status == 0)
        let words = end.lines.dropFirst().map { $0.prefix { $0 != " " } }
        for word in ["status.pending", "messages", "messages.customer", "attachments", "tags", "customer.new"] {
            #expect(words.contains { $0 == word }, "\(word)")
        }
    }
}
