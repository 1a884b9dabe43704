import Foundation
import ImportTestSupport
import Testing

/// A run of some tickets against a sandbox in a process of its own, and the sandbox's journal to hold the run to, whatever
/// goes wrong between the two.
struct FaultScene {
    /// More seeds than always, where somebody asks for them: `PINGBACK_IMPORT_FAULTS=200`.
    static func seeds(_ usual: Int) -> ClosedRange<UInt64> {
        let asked = ProcessInfo.processInfo.environment["PINGBACK_IMPORT_FAULTS"].flatMap { Int($0) }
        return 1...UInt64(max(1, asked ?? usual))
    }

    /// Stands in every ticket, and may be found in none of the program's own files.
    static let canary = "kaethe.canary@example.org"
    static let concurrency = 4

    let workspace: Workspace
    let sandbox: SandboxProcess
    let tickets: Int

    init(tickets: Int = 40, latency: Int = 0, faults: String? = nil) async throws {
        self.tickets = tickets
        workspace = try Workspace()
        try workspace.write(
            "tickets.csv",
            Tickets.header + Self.messages(tickets).enumerated().map { "\($0 + 1),\($1),open\n" }.joined())
        sandbox = try await SandboxProcess(workspace, latency: latency, faults: faults)
        try writePlan()
    }

    static func messages(_ count: Int) -> [String] { (1...count).map { "ticket \($0) of \(canary)" } }

    /// - Parameters:
    ///   - line: the address of what stands between the run and the sandbox.
    ///   - absent: what becomes of a request that made nothing.
    func writePlan(
        through line: String? = nil, absent: String = "resend", settleAfter: String = "0s", timeout: String = "2s",
        concurrency: Int = FaultScene.concurrency, _ more: String = ""
    ) throws {
        let options =
            "concurrency: \(concurrency), timeout: \(timeout), "
            + "in_doubt: { settle_after: \(settleAfter), absent: \(absent) }"
        try workspace.writePlan(
            more: "limits: { rejections: 100% }\n"
                + sandbox.destination(through: line, options + (more.isEmpty ? "" : ", " + more)))
    }

    static let arguments = ["run", "plan.yaml", "--summary", "summary.json", "--no-progress"]

    func run() async throws -> ProgramEnd { try await workspace.program.run(Self.arguments) }

    func applied() throws -> [String] { try workspace.applied("server.sqlite") }

    func summary() throws -> Summary { Summary(try workspace.summary("summary.json")) }

    /// What `status` calls without a known answer: what the checkpoint cannot say of a killed run.
    func inDoubt() async throws -> Int {
        let status = try await workspace.program.run("status", "plan.yaml")
        #expect(status.status == 0, "\(status.errors)")
        let line = status.lines.first { $0.contains("without a known answer") }
        return line.flatMap { $0.split(separator: " ").first }.flatMap { Int($0) } ?? 0
    }

    /// Holds a run that ended by itself to what every one promises: its books balance, nothing was applied twice, and
    /// nobody's words are told.
    ///
    /// - Parameter doubts: how many conversations it may leave in doubt.
    func expectSound(
        _ end: ProgramEnd, status: Int32, doubts: ClosedRange<Int> = 0...0, _ fault: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(end.status == status, "\(fault): \(end.errors)", sourceLocation: sourceLocation)
        try expectNothingTwice(fault, sourceLocation: sourceLocation)
        // One that never began has no figures.
        if workspace.exists("summary.json"), try !(workspace.summary("summary.json")["records"] is NSNull) {
            let summary = try summary()
            summary.expectBalance(sourceLocation: sourceLocation)
            let inDoubt = summary["conversations", "in_doubt"]
            #expect(doubts.contains(inDoubt), "\(fault): \(inDoubt) in doubt", sourceLocation: sourceLocation)
        }
        for canary in [Self.canary, SandboxProcess.token] {
            #expect(!(end.output + end.errors).contains(canary), "\(fault)", sourceLocation: sourceLocation)
            try workspace.expectNoTrace(of: canary, sourceLocation: sourceLocation)
        }
    }

    func expectNothingTwice(_ fault: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let applied = try applied()
        let distinct = Set(applied)
        #expect(applied.count == distinct.count, "\(fault): applied twice", sourceLocation: sourceLocation)
        let isOurs = distinct.isSubset(of: Self.messages(tickets))
        #expect(isOurs, "\(fault): never in the input", sourceLocation: sourceLocation)
    }

    /// The same command once more, with nothing in its way: every ticket is in exactly once, but for those that the
    /// server refused.
    func expectCompletion(
        refused: Int = 0, _ fault: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let end = try await run()
        try expectSound(end, status: refused == 0 ? 0 : 3, fault, sourceLocation: sourceLocation)
        try expectAllIn(refused: refused, fault, sourceLocation: sourceLocation)
    }

    func expectAllIn(refused: Int = 0, _ fault: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let summary = try summary()
        #expect(
            summary["conversations", "created"] == tickets - refused, "\(fault): created",
            sourceLocation: sourceLocation)
        #expect(
            summary["rejections", "by_destination"] == refused, "\(fault): refused", sourceLocation: sourceLocation)
        let count = try applied().count
        #expect(count == tickets - refused, "\(fault): applied", sourceLocation: sourceLocation)
    }
}
