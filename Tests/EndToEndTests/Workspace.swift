import Foundation
import ImportTestSupport
import PingBackSandbox
import Testing

/// A folder with what one test needs, and the program that works in it.
struct Workspace {
    static let businessID = "b2c3d4e5-f6a7-8901-bcde-f12345678901"

    let folder: TemporaryFolder
    var program: Program

    init() throws {
        folder = try TemporaryFolder()
        program = try Program(in: folder)
    }

    /// With a copy of the repository's samples, so that no test writes beside the originals.
    static func withSamples() throws -> Workspace {
        let workspace = try Workspace()
        try FileManager.default.copyItem(
            at: Program.repository.appending(path: "samples"), to: workspace.folder.url.appending(path: "samples"))
        return workspace
    }

    /// Writes the small plan most tests get by with: three columns, and what a test adds.
    @discardableResult
    func writePlan(
        _ name: String = "plan.yaml", files: String = "tickets.csv", source: String = "", conversation: String = "",
        more: String = ""
    ) throws -> String {
        let lines =
            [
                "version: 1", "name: end-to-end", "business_id: \(Self.businessID)",
                "source:", "  files: [\"\(files)\"]", "  key: id", source.indented,
                "conversation:", "  initial_message: text",
                "  status: { from: status, values: { open: open, done: closed } }",
                conversation.indented, more,
            ].filter { !$0.isEmpty }
        return try folder.write(name, lines.joined(separator: "\n") + "\n")
    }

    func write(_ name: String, _ text: String) throws { try folder.write(name, text) }
    func read(_ name: String) throws -> String { try folder.read(name) }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.url.appending(path: name)) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.path(name)) }

    func isFile(_ name: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: folder.path(name), isDirectory: &isFolder) && !isFolder.boolValue
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(at: folder.url.appending(path: name)) }

    /// The messages of the creates that a sandbox applied, in the order of their application.
    func applied(_ data: String = "plan.sandbox.sqlite") throws -> [String] {
        try SandboxJournal(ofDataFile: folder.path(data)).entries.map { $0.message ?? "" }
    }

    /// What a test wrote, the one file that is there to hold the original bytes, and a server's data.
    private static let mayHoldWords: Set<String> = [
        "tickets.csv", "plan.yaml", "rejected.csv", SandboxProcess.script, "server.sqlite", "server.sqlite-wal",
        "server.sqlite-shm",
    ]

    /// Looks for words that belong in no log, checkpoint or report through every file that the program wrote.
    func expectNoTrace(of canary: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let files = FileManager.default.enumerator(at: folder.url, includingPropertiesForKeys: [.isRegularFileKey])
        for case let file as URL in files ?? .init() where !Self.mayHoldWords.contains(file.lastPathComponent) {
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            let holds = try Data(contentsOf: file).firstRange(of: Data(canary.utf8)) != nil
            #expect(!holds, "\(file.lastPathComponent)", sourceLocation: sourceLocation)
        }
    }

    /// How many requests have no known answer, as `status` tells it; none also where there is no checkpoint yet.
    func unanswered() async throws -> Int {
        let status = try await program.run("status", "plan.yaml")
        guard status.status == 0 else { throw StatusFailed(errors: status.errors) }
        let line = status.lines.first { $0.contains("without a known answer") }
        return line.flatMap { $0.split(separator: " ").first }.flatMap { Int($0) } ?? 0
    }

    struct StatusFailed: Error { let errors: String }

    /// A summary file, as the program that reads it sees it.
    func summary(_ name: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: bytes(name)) as? [String: Any] ?? [:]
    }
}

extension String {
    fileprivate var indented: String {
        split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    }
}

/// The columns of the small plan, with valid records.
enum Tickets {
    static let header = "id,text,status\n"

    static func csv(_ count: Int) -> String {
        header + (1...count).map { "\($0),ticket \($0) of many,open\n" }.joined()
    }

    static func messages(_ count: Int) -> [String] { (1...count).map { "ticket \($0) of many" } }
}
