import Foundation
import ImportCore
import PlanReading

/// A plan's path and what is named after it: the files beside it that the program writes.
struct PlanFile: Sendable {
    let path: String
    let plan: Plan

    /// - Parameter destination: the one that is used; nil for none. Only its variables have to be set.
    init(_ path: String, destination: String? = nil) throws {
        self.path = path
        plan = try PlanReader.read(
            path: path, environment: ProcessInfo.processInfo.environment, destination: destination)
    }

    /// What paths in the plan are relative to; empty for the working directory.
    var folder: String { Self.folder(of: path) }

    /// A path as the plan says it, for this process.
    func resolve(_ path: String) -> String { path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path }

    /// The plan's path without its ending: `samples/zendesk/plan`.
    private var stem: String {
        for ending in [".yaml", ".yml"] where path.hasSuffix(ending) { return String(path.dropLast(ending.count)) }
        return path
    }

    func checkpoint(for destination: String) -> String { "\(stem).\(destination).checkpoint" }
    func rejects(for purpose: String) -> String { "\(stem).\(purpose).rejects" }
    func undone(at destination: String) -> String { "\(stem).\(destination).undo.jsonl" }
    func differences(at destination: String) -> String { "\(stem).\(destination).verify.jsonl" }
    func customers(at destination: String) -> String { "\(stem).\(destination).customers.csv" }
    var sandboxData: String { "\(stem).sandbox.sqlite" }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
