import Foundation
import ImportTestSupport
import Testing

/// A small help desk for `sync`: a ticket a line, into a sandbox.
struct SyncWorkspace {
    let workspace: Workspace

    var program: Program { workspace.program }

    init(_ count: Int = 20, sync: String = "export: full", destination: String = "") throws {
        workspace = try Workspace()
        try writeTickets(count)
        try writePlan(sync: sync, destination: destination)
    }

    func writePlan(sync: String = "export: full", destination: String = "", more: String = "") throws {
        try workspace.writePlan(more: "sync: { \(sync) }\n\(destination)\n\(more)")
    }

    func writeTickets(_ count: Int) throws { try workspace.write("tickets.csv", Tickets.csv(count)) }

    /// Replaces words in the export.
    func change(_ words: String, to other: String) throws {
        try workspace.write("tickets.csv", workspace.read("tickets.csv").replacing(words, with: other))
    }

    func sync(_ arguments: String...) async throws -> ProgramEnd {
        try await program.run(["sync", "plan.yaml", "--summary", "summary.json"] + arguments)
    }

    /// The summary of the last night, held to its books.
    func summary(sourceLocation: SourceLocation = #_sourceLocation) throws -> Summary {
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance(sourceLocation: sourceLocation)
        return summary
    }

    /// The folders that nights left for their lists.
    func lists() throws -> [String] {
        let path = workspace.folder.path("plan.sandbox.rejects")
        return (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }

    /// The lines of a list of the only night that has lists.
    func list(_ name: String) throws -> [Substring] {
        guard let folder = try lists().first else { return [] }
        return try workspace.read("plan.sandbox.rejects/\(folder)/\(name)").split(separator: "\n")
    }
}
