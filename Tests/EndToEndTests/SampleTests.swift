import Foundation
import ImportTestSupport
import Testing

/// The samples do what their descriptions say.
@Suite struct SampleTests {
    /// What `samples/NAME/README.md` promises.
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var file: String
        var rejects: String
        var read: Int
        var blank: Int
        var valid: Int
        /// By code, as `validate` counts them.
        var codes: [String: Int]
        var statuses: [String: Int]
        /// The physical lines that the rejects file holds as they were.
        var rejectedLines: [ClosedRange<Int>]
        var hasHeader: Bool

        var rejected: Int { codes.values.reduce(0, +) }
        var plan: String { "samples/\(name)/plan.yaml" }
        var testDescription: String { name }
    }

    static let samples = [
        Sample(
            name: "zendesk", file: "tickets.json", rejects: "rejected.jsonl", read: 199, blank: 1, valid: 191,
            codes: [
                "status.unknown": 2, "date.impossible": 1, "json.duplicate-key": 1, "initial_message.blank": 1,
                "key.duplicate": 1, "updated_at.before-created": 1, "json.syntax": 1,
            ], statuses: ["open": 11, "pending": 13, "resolved": 48, "closed": 119],
            rejectedLines: [47...47, 72...72, 89...89, 105...105, 122...122, 131...131, 152...152, 164...164],
            hasHeader: false),
        Sample(
            name: "plain-csv", file: "tickets.csv", rejects: "rejected.csv", read: 40, blank: 1, valid: 35,
            codes: [
                "date.ambiguous": 1, "csv.stray-quote": 1, "date.missing-hour": 1, "csv.field-count": 1,
                "status.unknown": 1,
            ], statuses: ["open": 6, "pending": 3, "resolved": 13, "closed": 13],
            rejectedLines: [31...33, 40...40, 59...59, 67...67, 73...73], hasHeader: true),
    ]

    @Test("A sample is found to be as its description says, and nothing is sent", arguments: samples)
    func validates(_ sample: Sample) async throws {
        let workspace = try Workspace.withSamples()
        let end = try await workspace.program.run(
            "validate", sample.plan, "--summary", "summary.json", "--output", "first.jsonl")
        #expect(end.status == 3)
        #expect(end.output.isEmpty)
        for (code, count) in sample.codes { #expect(end.errors.contains("\n  \(code): \(count), at ")) }
        #expect(end.errors.contains("\(sample.read) records read, \(sample.valid) valid, \(sample.rejected) rejected"))
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["entries", "blank"] == sample.blank)
        #expect(summary["conversations", "not_sent"] == sample.valid)
        #expect(summary["requests", "sent"] == 0)
        #expect(!workspace.exists("samples/\(sample.name)/plan.sandbox.sqlite"))

        let again = try await workspace.program.run("validate", sample.plan, "--output", "second.jsonl")
        #expect(again.status == 3)
        let first = try workspace.bytes("first.jsonl")
        #expect(first.split(separator: 0x0A).count == sample.valid)
        #expect(try workspace.bytes("second.jsonl") == first)
        try expectOriginalBytes(of: sample, in: "plan.validate.rejects", workspace)
        #expect(try statuses(in: first) == sample.statuses)
    }

    @Test("A sample is imported once, and the same command again sends nothing", arguments: samples)
    func runs(_ sample: Sample) async throws {
        let workspace = try Workspace.withSamples()
        let end = try await workspace.program.run("run", sample.plan, "--summary", "summary.json")
        #expect(end.status == 3)
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["records", "read"] == sample.read)
        #expect(summary["records", "rejected"] == sample.rejected)
        #expect(summary["messages", "created"] == sample.valid)
        #expect(summary["messages", "in_doubt"] == 0 && summary["messages", "not_sent"] == 0)
        #expect(summary["messages", "rejected"] > 0)
        #expect(summary["conversations", "created"] == sample.valid)
        let data = "samples/\(sample.name)/plan.sandbox.sqlite"
        #expect(try workspace.applied(data).count == sample.valid)
        try expectOriginalBytes(of: sample, in: "plan.sandbox.rejects", workspace)

        let again = try await workspace.program.run("run", sample.plan, "--summary", "again.json")
        #expect(again.status == 3)
        let repeated = try Summary(workspace.summary("again.json"))
        repeated.expectBalance()
        #expect(repeated["conversations", "created"] == sample.valid)
        #expect(repeated["process", "requests"] == 0)
        #expect(again.errors.contains("this run is finished, nothing was sent"))
        #expect(try workspace.applied(data).count == sample.valid)

        let status = try await workspace.program.run("status", sample.plan)
        #expect(status.status == 0)
        #expect(status.output.contains("finished"))
        #expect(status.output.contains("record \(sample.read),"))
    }

    @Test func theZendeskSampleGoesIntoAnEmptyDatabaseAsAWhole() async throws {
        let sample = try #require(Self.samples.first { $0.name == "zendesk" })
        let cluster = try await PrivateCluster.shared
        let url = try await cluster.createDatabase()
        var workspace = try Workspace.withSamples()
        workspace.program.environment = ["DATABASE_URL": url]
        let end = try await workspace.program.run(
            "run", sample.plan, "--to", "postgres", "--create-schema", "--summary", "summary.json")
        #expect(end.status == 3, "\(end.errors)")
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == sample.valid)
        #expect(summary["records", "rejected"] == sample.rejected)
        #expect(summary["rejections", "by_destination"] == 0)
        let channels = try await cluster.query("SELECT type FROM channels ORDER BY 1", in: url)
        #expect(channels == [["email"], ["webchat"], ["widget"]])
        let statuses = try await cluster.query("SELECT status, count(*) FROM conversations GROUP BY 1", in: url)
        #expect(
            Dictionary(uniqueKeysWithValues: statuses.map { ($0[0], $0[1]) }) == sample.statuses.mapValues { "\($0)" })
    }

    @Test func whatARunLeavesBehindIsForItsOwnerAlone() async throws {
        let workspace = try Workspace.withSamples()
        _ = try await workspace.program.run("run", "samples/plain-csv/plan.yaml")
        for name in ["checkpoint", "checkpoint.lock", "sqlite", "rejects/rejected.csv", "rejects/rejections.jsonl"] {
            let path = workspace.folder.path("samples/plain-csv/plan.sandbox.\(name)")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test func theScriptsOfTheSamplesAreWellFormed() async throws {
        let workspace = try Workspace.withSamples()
        for script in ["quickstart.sh", "install-packages.sh"] {
            #expect(try await workspace.program.shell("bash -n samples/\(script)").status == 0)
        }
    }

    private func expectOriginalBytes(of sample: Sample, in rejects: String, _ workspace: Workspace) throws {
        let folder = "samples/\(sample.name)/"
        let lines = try workspace.bytes(folder + sample.file).split(
            separator: 0x0A, omittingEmptySubsequences: false)
        var expected = Data()
        if sample.hasHeader { expected += lines[0] + [0x0A] }
        for range in sample.rejectedLines {
            for line in range { expected += lines[line - 1] + [0x0A] }
        }
        // A JSON document's bytes end before its line end, so the last one in the file has none.
        if !sample.hasHeader { expected.removeLast() }
        #expect(try workspace.bytes(folder + rejects + "/" + sample.rejects) == expected)
        let reasons = try workspace.read(folder + rejects + "/rejections.jsonl").split(separator: "\n")
        #expect(reasons.count == sample.rejected)
    }

    private func statuses(in output: Data) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in output.split(separator: 0x0A) {
            let object = try JSONSerialization.jsonObject(with: line) as? [String: Any]
            counts[object?["status"] as? String ?? "none", default: 0] += 1
        }
        return counts
    }
}
