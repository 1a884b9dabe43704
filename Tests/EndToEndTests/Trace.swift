import Foundation
import ImportTestSupport
import Testing

/// The program under `strace`: what it really asked of the system, in order, and what the system may be made to answer.
struct Trace {
    struct Missing: Error, CustomStringConvertible {
        var description: String { "strace is missing, which these tests need: Tests/run.sh installs it" }
    }

    private static let tool = URL(filePath: "/usr/bin/strace")

    let workspace: Workspace

    /// Runs our program with strace's options in front of it.
    func run(_ options: [String], _ arguments: [String]) async throws -> ProgramEnd {
        guard FileManager.default.isExecutableFile(atPath: Self.tool.path) else { throw Missing() }
        let strace = Program(Self.tool, in: workspace.folder)
        return try await strace.run(
            ["-f", "-y", "-o", "trace"] + options + [workspace.program.executable.path] + arguments)
    }

    /// One system call's beginning or end. A call that another thread's interrupted has both apart.
    struct Event {
        var name: String
        var text: String
        var thread: Substring
        var isBegin: Bool
        var isEnd: Bool
    }

    func events() throws -> [Event] {
        var pending: [Substring: String] = [:]
        return try workspace.read("trace").split(separator: "\n").compactMap { line in
            guard let space = line.firstIndex(of: " ") else { return nil }
            let thread = line[..<space]
            let call = line[space...].drop { $0 == " " }
            if call.hasPrefix("<... ") {
                guard let begun = pending.removeValue(forKey: thread) else { return nil }
                let name = String(begun.prefix { $0 != "(" })
                return Event(name: name, text: begun + call, thread: thread, isBegin: false, isEnd: true)
            }
            guard let bracket = call.firstIndex(of: "(") else { return nil }
            let isWhole = !call.hasSuffix("<unfinished ...>")
            if !isWhole { pending[thread] = String(call) }
            return Event(
                name: String(call[..<bracket]), text: String(call), thread: thread, isBegin: true, isEnd: isWhole)
        }
    }
}
