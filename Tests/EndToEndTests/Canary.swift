import Foundation
import ImportTestSupport
import Testing

/// What may be seen by nobody who reads logs, reports or a checkpoint: a token, and what belongs to people. Planted in a
/// run, and looked for in everything that it leaves.
struct Canary {
    static let address = "kaethe.kanari@example.org"
    static let name = "Kanarienvogel"
    static let phone = "+49 30 5550199"
    static let text = "my password is zaunkoenig-4711"

    private static let all = [SandboxProcess.token, address, name, phone, "zaunkoenig-4711"]

    /// What the run was given, what the sandbox keeps, and the rejects, which hold the records as they were.
    private static let allowed = [
        "tickets.csv", "people.csv", "plan.yaml", SandboxProcess.script, "server.sqlite", "server.sqlite-wal",
        "server.sqlite-shm", "plan.sandbox.rejects/rejected.csv", "plan.sandbox.rejects/rejections.jsonl",
    ]

    /// Tickets that hold it in every field, the key too; one of them is rejected by us.
    static func tickets(_ count: Int, customer: String = "") -> String {
        "id,text,status,person\n"
            + (1...count).map { number in
                "\(address)-\(number),\"\(name), \(phone), \(address): \(text) (\(number))\",open,"
                    + (number == 2 ? name : customer) + "\n"
            }.joined()
    }

    /// What a server may say that repeats what it was sent.
    static let repeated = "no \(SandboxProcess.token), no '\(name)', \(address) or \(phone), \(address): \(text)"

    /// Looks into every file below the workspace, byte by byte, and into what was said.
    static func expectNone(
        in workspace: Workspace, said: [String], _ comment: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let root = workspace.folder.url.resolvingSymlinksInPath()
        var looked = 0
        for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) where !allowed.contains(name) {
            let file = root.appending(path: name)
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            let bytes = try Data(contentsOf: file)
            looked += 1
            for canary in all where bytes.firstRange(of: Data(canary.utf8)) != nil {
                Issue.record("\(comment) \(name) holds \(canary)", sourceLocation: sourceLocation)
            }
        }
        #expect(looked > 0, "no file was looked into", sourceLocation: sourceLocation)
        for words in said {
            for canary in all where words.contains(canary) {
                Issue.record("\(comment) \(canary) was said: \(words)", sourceLocation: sourceLocation)
            }
        }
    }
}
