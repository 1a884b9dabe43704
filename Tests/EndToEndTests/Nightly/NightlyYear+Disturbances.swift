import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What disturbs a night, and what happens beside it.
extension NightlyYear {
    /// A process that is killed at any moment; not so often that nothing is ever begun.
    mutating func kill() async throws {
        try writePlan()
        let running = try workspace.program.start(command)
        try await Task.sleep(for: .milliseconds(random.int(0...milliseconds)))
        running.kill()
        _ = try await running.end()
    }

    mutating func brokenNight(_ text: String) async throws {
        try writePlan()
        try NightlyExport.writeBroken(text, into: workspace)
        let end = try await workspace.program.run(command)
        #expect(end.status == 65, "\(comment): \(end.errors)")
        try await compare()
    }

    mutating func twoAtOnce() async throws {
        let export = try exportFiles()
        try writePlan()
        let first = try workspace.program.start(command + ["--summary", "summary.json"])
        let lock = workspace.folder.path("plan.\(plan.target.name).checkpoint.lock")
        try await first.wait {
            (try? String(contentsOfFile: lock, encoding: .utf8))?.contains("\(first.id)") ?? false || !first.isRunning
        }
        first.send(SIGSTOP)
        let isHeld = first.isRunning
        let second = try await workspace.program.run(command)
        #expect(!isHeld || second.status == 75, "\(comment): \(second.errors)")
        first.send(SIGCONT)
        // Where the first was done already, the second was a night of its own, in which nothing is new.
        try await judge(try await first.end(), export, checksBooks: isHeld)
    }

    /// The sandbox of the program is short of disk, too: it leaves doubts, and is not there any more in the end.
    private static let statusesOfFullDisk: Set<Int32> = [0, 3, 5, 69, 73]

    /// No file can grow beyond a length, as on a disk that is full.
    mutating func fullDisk() async throws {
        let export = try exportFiles()
        try writePlan()
        let blocks = random.int(0...64)
        let script =
            "trap '' XFSZ; ulimit -f \(blocks); exec pingback-import \(command.joined(separator: " ")) 2>/dev/null"
        let end = try await workspace.program.shell(script)
        #expect(
            Self.statusesOfFullDisk.contains(end.status ?? -1),
            "\(comment): \(blocks) KB, status \(end.status ?? -1), \(end.errors)")
        try await night(export, checksBooks: false)
    }

    mutating func tooManyRejected() async throws {
        var tickets = desk.export(part: false, &random)
        for index in tickets.indices where !random.chance(3) { tickets[index].status = NightlyTicket.wrongStatus }
        var export = NightlyExport(tickets: tickets)
        try export.write(into: workspace, &random)
        try await night(export)
    }

    /// What a night rejected is corrected and run by itself; the next night finds it in.
    mutating func corrected() async throws {
        try await plainNight()
        guard plan.variant.duplicates != "last" else { return }
        var tickets: [NightlyTicket] = []
        for ticket in desk.tickets.values.sorted(by: { $0.key < $1.key }) where ticket.isWrong {
            desk.correct(ticket.key, &random)
            tickets += [desk.tickets[ticket.key]].compactMap(\.self)
        }
        guard !tickets.isEmpty else { return }
        try workspace.write("corrected.jsonl", tickets.map { $0.line + "\n" }.joined())
        let end = try await workspace.program.run(
            "run", NightlyPlan.name, "--to", plan.target.name, "--source", "corrected.jsonl")
        #expect(end.status == 0, "\(comment): \(end.errors)")
        oracle.run(tickets, by: plan.variant)
        try await compare()
    }

    /// Somebody works in PingBack's tables.
    mutating func interfere() async throws {
        guard case .postgres(let url) = plan.target else { return }
        var updates: [String] = []
        for key in oracle.held.keys.sorted() where random.chance(15) {
            let status = random.pick(["open", "pending", "resolved", "closed"])
            let answered = "1999-01-01T00:00:\(10 + random.int(0...49))Z"
            oracle.interfere(key, status: status, answered: answered)
            updates.append(
                """
                UPDATE conversations SET status = '\(status)', first_response_at = '\(answered)'
                WHERE id IN (SELECT conversation_id FROM messages WHERE content LIKE '#\(key) %');
                """)
        }
        guard !updates.isEmpty else { return }
        try await cluster?.query(updates.joined(separator: "\n"), in: url)
    }
}
