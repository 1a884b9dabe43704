import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `on_finish`: the plan's command at the end of a run.
@Suite struct HookTests {
    private func workspace(_ hook: String, more: String = "") throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(3))
        try workspace.writePlan(more: "on_finish: \(hook)\n" + more)
        return workspace
    }

    private static let keep =
        #"[sh, -c, 'cat > summary; echo "$PINGBACK_IMPORT_STATUS $PINGBACK_IMPORT_PLAN $PINGBACK_IMPORT_DESTINATION" > words']"#

    @Test func itGetsTheSummaryAndTheStatus() async throws {
        let workspace = try workspace(Self.keep)
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 0, "\(end.errors)")
        #expect(try workspace.read("summary") == workspace.read("summary.json"))
        #expect(try workspace.read("words") == "0 end-to-end sandbox\n")
        // The last line stays the last.
        #expect(end.errors.split(separator: "\n").last?.hasPrefix("end-to-end: done; ") == true)
    }

    @Test func itRunsAfterAFailureToBegin() async throws {
        let workspace = try workspace(Self.keep)
        try workspace.remove("tickets.csv")
        #expect(try await workspace.program.run("run", "plan.yaml").status == 66)
        #expect(try workspace.summary("summary")["status"] as? Int == 66)
    }

    @Test func itRunsAfterASignal() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(200))
        let sandbox = try await SandboxProcess(workspace, latency: 20)
        try workspace.writePlan(more: "on_finish: \(Self.keep)\n" + sandbox.destination("concurrency: 2"))
        let running = try workspace.program.start(["run", "plan.yaml"])
        try await running.wait { try workspace.applied("server.sqlite").count > 5 || !running.isRunning }
        running.send(SIGTERM)
        #expect(try await running.end().status == 143)
        #expect(try workspace.summary("summary")["status"] as? Int == 143)
        #expect(try workspace.read("words").hasPrefix("143 "))
        try await sandbox.kill()
    }

    struct Failing: Sendable {
        var hook: String
        var words: String
    }

    @Test(
        "Its failure is told, and the status stays",
        arguments: [
            Failing(hook: "[sh, -c, exit 7]", words: "on_finish: sh ended with status 7"),
            Failing(hook: "[sh, -c, kill -9 $$]", words: "on_finish: sh was ended by signal 9"),
            Failing(
                hook: "[no-such-program-here]",
                words: "on_finish: there is no program no-such-program-here that can be started"),
            Failing(hook: "[./tickets.csv]", words: "on_finish: there is no program ./tickets.csv that can be started"),
        ])
    func failures(_ failing: Failing) async throws {
        let workspace = try workspace(failing.hook)
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 0)
        #expect(end.errors.contains(failing.words + "; the run's status is what it was\n"), "\(end.errors)")
    }

    @Test("It is ended with all that it started when its time is over")
    func timeLimit() async throws {
        let workspace = try workspace("{ run: [sh, -c, 'echo $$ > id; sleep 300 & wait'], timeout: 1s }")
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 0)
        #expect(end.errors.contains("on_finish: sh took longer than 1 s, and was ended"), "\(end.errors)")
        let group = try workspace.read("id").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try Self.running(in: try #require(Int32(group))).isEmpty)
    }

    /// The processes of a group that have not ended; one that nobody has waited for yet has.
    private static func running(in group: Int32) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { id in
            guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
                // Behind the name, which may hold anything: state, parent, group (proc(5)).
                let words = stat.split(separator: ")").last?.split(separator: " "), words.count > 2
            else { return false }
            return words[2] == "\(group)" && words[0] != "Z"
        }
    }

    @Test("It has the signals that every program expects, also where ours ignores some")
    func signals() async throws {
        let workspace = try workspace("[sh, -c, 'grep SigIgn /proc/self/status > signals']")
        #expect(
            try await workspace.program.shell("trap '' HUP PIPE; exec pingback-import run plan.yaml").status == 0)
        // Those up to 31; the C library keeps two beyond them for itself.
        let mask = try workspace.read("signals").split(separator: "\t").last.flatMap {
            UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines), radix: 16)
        }
        #expect(mask.map { $0 & 0x7FFF_FFFF } == 0)
    }

    @Test("What it writes does not stand between the lines of a log for machines")
    func output() async throws {
        let workspace = try workspace("[sh, -c, 'echo spoken; echo aloud >&2']")
        let text = try await workspace.program.run("run", "plan.yaml")
        #expect(text.errors.contains("spoken\naloud\n"))
        let json = try await workspace.program.run("run", "plan.yaml", "--log-format", "json")
        #expect(!json.errors.contains("spoken") && !json.errors.contains("aloud"))
    }
}
