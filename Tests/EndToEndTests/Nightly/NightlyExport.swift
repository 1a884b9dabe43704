import Foundation
import ImportTestSupport

/// The files of one night.
struct NightlyExport {
    private(set) var tickets: [NightlyTicket]
    /// The file that the last of them stand in.
    private var lastFile = ""
    /// Whether the last line has no end: its ticket is held back.
    var isUnended = false

    /// The tickets that a night reads.
    var read: [NightlyTicket] { isUnended ? Array(tickets.dropLast()) : tickets }
    var heldBack: NightlyTicket? { isUnended ? tickets.last : nil }

    init(tickets: [NightlyTicket]) { self.tickets = tickets }

    /// Replaces the folder by files of any number and names, in whose order the tickets stand.
    mutating func write(into workspace: Workspace, _ random: inout SeededRandom) throws {
        try Self.clear(workspace)
        let count = random.chance(3) ? random.int(2...3) : 1
        let prefix = random.pick(["tickets", "dump", "all"])
        var rest = tickets[...]
        for number in 1...count {
            let part = rest.prefix(number == count ? rest.count : tickets.count / count)
            rest = rest.dropFirst(part.count)
            var text = part.map { $0.line + "\n" }.joined()
            if isUnended && number == count { text.removeLast() }
            lastFile = "\(NightlyPlan.folder)/\(prefix)-\(number).jsonl"
            try workspace.write(lastFile, text)
        }
    }

    /// Puts more of them behind the others.
    mutating func grow(by more: [NightlyTicket], in workspace: Workspace) throws {
        let file = try FileHandle(forWritingTo: workspace.folder.url.appending(path: lastFile))
        try file.seekToEnd()
        try file.write(contentsOf: Data(more.map { $0.line + "\n" }.joined().utf8))
        try file.close()
        tickets += more
    }

    /// A file with nothing in it, or with the first part of what it should hold.
    static func writeBroken(_ text: String, into workspace: Workspace) throws {
        try clear(workspace)
        try workspace.write("\(NightlyPlan.folder)/broken.jsonl", text)
    }

    var text: String { tickets.map { $0.line + "\n" }.joined() }

    private static func clear(_ workspace: Workspace) throws {
        let folder = workspace.folder.url.appending(path: NightlyPlan.folder)
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
}
