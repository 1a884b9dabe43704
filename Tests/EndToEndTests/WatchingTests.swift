import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What an unattended run tells those who watch it, however it ends.
@Suite struct WatchingTests {
    private func workspace(_ more: String = "", tickets: String? = nil) throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", tickets ?? Tickets.csv(5))
        try workspace.writePlan(more: more)
        return workspace
    }

    // MARK: - The log

    /// The lines of a log for machines; every one of them has to be an object with the keys that all have.
    private func objects(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            for key in ["time", "level", "event", "run", "plan", "destination", "message"] {
                #expect(object[key] != nil, "\(key) in \(line)", sourceLocation: sourceLocation)
            }
            return object
        }
    }

    @Test func theLogHasOneObjectALineAndNamesTheRun() async throws {
        let workspace = try workspace(
            "limits: { rejections: 2 }", tickets: Tickets.csv(5) + "6,ticket 6 of many,urgnt\n")
        let end = try await workspace.program.run(
            "run", "plan.yaml", "--log-format", "json", "--summary", "summary.json")
        #expect(end.status == 3)
        let lines = try objects(end.errors)
        let last = try #require(lines.last)
        #expect(last["event"] as? String == "ended")
        #expect(last["level"] as? String == "info")
        #expect(last["status"] as? Int == 3)
        #expect(last["plan"] as? String == "end-to-end")
        #expect(last["destination"] as? String == "sandbox")
        #expect(last["run"] as? String == (try workspace.summary("summary.json"))["run"] as? String)
        let rejected = try #require(lines.first { $0["event"] as? String == "rejected" })
        #expect(rejected["code"] as? String == "status.unknown")
        #expect(rejected["line"] as? Int == 7)
        #expect(rejected["field"] as? String == "status")
        let books = try #require(lines.first { $0["event"] as? String == "summary" }?["books"] as? [String: Any])
        #expect((books["conversations"] as? [String: Int])?["created"] == 5)
        // No value of a record.
        #expect(!end.errors.contains("urgnt"))
    }

    @Test func valuesAreInTheLogOnlyWhereTheyAreAskedFor() async throws {
        let workspace = try workspace(
            "limits: { rejections: 2 }", tickets: Tickets.csv(5) + "6,ticket 6 of many,urgnt\n")
        let end = try await workspace.program.run("run", "plan.yaml", "--log-format", "json", "--log-values")
        let rejected = try objects(end.errors).first { $0["event"] as? String == "rejected" }
        #expect((rejected?["message"] as? String)?.contains("status is urgnt") == true)
    }

    @Test(
        "A log that is copied and cut while the run goes on has every line whole",
        .enabled(if: Tool.logrotate.isHere || Tool.isStrict, "there is no logrotate on this machine"))
    func rotation() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(200))
        let sandbox = try await SandboxProcess(workspace, latency: 20)
        try workspace.writePlan(more: sandbox.destination("concurrency: 2"))
        try workspace.write(
            "logrotate.conf",
            "\"\(workspace.folder.path("night.log"))\" {\n    rotate 5\n    missingok\n    copytruncate\n}\n")
        let end = try await workspace.program.shell(
            """
            chmod go-w . logrotate.conf
            echo '{"before":1}' > night.log
            pingback-import run plan.yaml --log-format json 2>> night.log &
            for i in 1 2 3; do
                sleep 0.5
                PATH=$PATH:/usr/sbin logrotate --force --state state logrotate.conf || exit 1
            done
            wait $!
            """)
        #expect(end.status == 0, "\(end.errors)")
        #expect(workspace.exists("night.log.1"))
        let last = try workspace.read("night.log")
        // The file begins anew where it was cut: no hole of zeros is left by a writer that kept its place.
        #expect(!last.contains("\0"))
        #expect(try objects(last).last?["event"] as? String == "ended")
        try await sandbox.kill()
    }

    // MARK: - Metrics

    private func samples(_ text: String) -> [String: Double] {
        var samples: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            samples[String(parts[0])] = Double(parts[1])
        }
        return samples
    }

    private func name(_ name: String, _ more: String = "") -> String {
        "pingback_import_\(name){plan=\"end-to-end\",destination=\"sandbox\"\(more)}"
    }

    @Test func metricsTellTheEndAndCountOnFromOneProcessToTheNext() async throws {
        let workspace = try workspace()
        let run = ["run", "plan.yaml", "--metrics", "import.prom"]
        #expect(try await workspace.program.run(run + ["--limit", "2"]).status == 0)
        var metrics = samples(try workspace.read("import.prom"))
        #expect(metrics[name("last_exit_status")] == 0)
        // Not finished, so no success yet.
        #expect(metrics[name("last_success_timestamp_seconds")] == nil)
        #expect(metrics[name("conversations", ",outcome=\"created\"")] == 2)

        #expect(try await workspace.program.run(run).status == 0)
        metrics = samples(try workspace.read("import.prom"))
        #expect(metrics[name("conversations_created_total")] == 5)
        #expect(metrics[name("processes_total", ",status=\"0\"")] == 2)
        #expect(metrics[name("records_read")] == 5)
        let success = try #require(metrics[name("last_success_timestamp_seconds")])

        // What ends before it begins says so, and does not forget.
        try workspace.write("plan.yaml", try workspace.read("plan.yaml").replacing("status:", with: "sattus:"))
        #expect(try await workspace.program.run(run).status == 78)
        metrics = samples(try workspace.read("import.prom"))
        #expect(metrics[name("last_exit_status")] == 78)
        #expect(metrics[name("last_success_timestamp_seconds")] == success)
        #expect(metrics[name("processes_total", ",status=\"78\"")] == 1)
        #expect(metrics[name("processes_total", ",status=\"0\"")] == 2)
        #expect(metrics[name("records_read")] == nil)
    }

    @Test func metricsMayBeReadByOthersWhateverTheMask() async throws {
        let workspace = try workspace()
        let end = try await workspace.program.shell(
            "umask 077; pingback-import run plan.yaml --metrics import.prom; stat -c %a import.prom")
        #expect(end.output == "644\n")
        #expect(!workspace.exists("import.prom.part"))
    }

    @Test(
        "promtool finds nothing to say about the metrics",
        .enabled(if: Tool.promtool.isHere || Tool.isStrict, "there is no promtool on this machine"),
        arguments: ["plan.yaml", "a \"none\".yaml"])
    func promtool(plan: String) async throws {
        let workspace = try workspace("destinations: { sandbox: { message_budget: 9 } }")
        _ = try await workspace.program.run("run", plan, "--metrics", "import.prom")
        let end = try await workspace.program.shell("promtool check metrics < import.prom")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.isEmpty && end.output.isEmpty, "\(end.output)\(end.errors)")
    }

    @Test func metricsThatCannotBeWrittenAreAnErrorOfARunThatIsDone() async throws {
        let workspace = try workspace()
        let end = try await workspace.program.run("run", "plan.yaml", "--metrics", "none/import.prom")
        #expect(end.status == 73)
        #expect(try workspace.applied().count == 5)
    }

    // MARK: - The summary

    @Test("A summary is written also by a run that does not begin: nothing in it is last night's")
    func summaryOfAFailure() async throws {
        let workspace = try workspace()
        #expect(try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json").status == 0)
        try workspace.remove("tickets.csv")
        #expect(try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json").status == 66)
        let summary = try workspace.summary("summary.json")
        #expect(summary["status"] as? Int == 66)
        #expect(summary["plan"] as? String == "end-to-end")
        // Unknown is null, and never 0.
        #expect(summary["records"] is NSNull)
        for key in Summary.values + Summary.keys.keys { #expect(summary[key] != nil, "\(key)") }
    }
}
