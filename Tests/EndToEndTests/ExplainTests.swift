import ImportTestSupport
import Testing

@Suite struct ExplainTests {
    private func workspace() throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write(
            "tickets.csv", Tickets.header + "7,first,open\n8,second,urgnt\n9,th\"ird,open\n10,fourth,gone\n")
        try workspace.writePlan(source: "skip: {reason: gone, where: {status: gone}}")
        return workspace
    }

    @Test func aValidRecordIsShownToItsRequestAndItsAttempts() async throws {
        let workspace = try workspace()
        let before = try await workspace.program.run("explain", "plan.yaml", "--record", "1")
        #expect(before.status == 0, "\(before.errors)")
        for part in [
            "tickets.csv:2: record 1, byte 15", "    2 | 7,first,open", "status (plan.yaml:",
            "status = \"open\" → values → open",
            "    POST conversations", "\"initial_message\":\"first\"", "    conversations: id ", "attempts\n    none",
        ] { #expect(before.output.contains(part), "\(part)\n\(before.output)") }
        _ = try await workspace.program.run("run", "plan.yaml")
        let after = try await workspace.program.run("explain", "plan.yaml", "--key", "7")
        #expect(after.output.contains("    sandbox: create, attempt 1, done, "), "\(after.output)")
    }

    @Test func aRejectedRecordSaysWhyAndAPointerStandsUnderTheFault() async throws {
        let workspace = try workspace()
        let unknown = try await workspace.program.run("explain", "plan.yaml", "--key", "8")
        #expect(unknown.output.contains("rejected [status.unknown]: status is urgnt"), "\(unknown.output)")
        let broken = try await workspace.program.run("explain", "plan.yaml", "--record", "3")
        #expect(broken.output.contains("    4 | 9,th\"ird,open\n            ^"), "\(broken.output)")
    }

    @Test func whatIsPassedOverSaysItsReason() async throws {
        let end = try await workspace().program.run("explain", "plan.yaml", "--record", "4")
        #expect(end.output.contains("skipped [gone]"), "\(end.output)")
    }

    @Test func aRecordThatIsNotThereIsAnError() async throws {
        let end = try await workspace().program.run("explain", "plan.yaml", "--record", "5")
        #expect(end.status == 65)
        #expect(end.errors.contains("the source has no record 5"))
    }
}
