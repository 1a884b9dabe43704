import Foundation
import ImportTestSupport

/// What a destination really holds, read by other means than the program's.
struct NightlyState: Equatable {
    struct Row: Equatable, Hashable {
        var status: String
        var assignee: String?
        /// Of Postgres only; the API has no place for them.
        var answered: String?
        /// Texts by what makes a message the same one.
        var messages: [String: String]
    }

    private(set) var rows: [Int: Row] = [:]
    /// Keys that more than one conversation has.
    private(set) var twice: [Int] = []

    /// What the oracle says is there.
    init(_ oracle: NightlyOracle) {
        rows = oracle.held.mapValues { held in
            Row(
                status: held.content.status, assignee: held.content.assignee,
                answered: oracle.isPostgres ? held.content.answered : nil,
                messages: held.content.messages)
        }
    }

    init(of target: NightlyPlan.Target, _ workspace: Workspace, _ cluster: PrivateCluster?) async throws {
        let lines: [[String?]]
        switch target {
        case .sandbox: lines = try await Self.sandbox(workspace)
        case .postgres(let url): lines = try await cluster?.query(Self.query, in: url) ?? []
        }
        for line in lines {
            let texts = (line[3] ?? "").split(separator: "|").map(String.init)
            let opening = texts.first { $0.hasPrefix("#") } ?? ""
            guard let key = Int(opening.dropFirst().prefix { $0 != " " }) else { continue }
            let messages = Dictionary(texts.map { (Self.identity(of: $0), $0) }) { first, _ in first }
            if messages.count < texts.count { twice.append(key) }
            if rows[key] != nil { twice.append(key) }
            rows[key] = Row(status: line[0] ?? "", assignee: line[1], answered: line[2], messages: messages)
        }
    }

    /// A reply is told apart by its number, which stands before a colon; an opening message by its words.
    private static func identity(of text: String) -> String {
        text.contains(":") ? String(text.prefix { $0 != ":" }) : "opening \(text)"
    }

    private static let query = """
        SELECT status, assignee_id::text,
            to_char(first_response_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            (SELECT string_agg(content, '|') FROM messages m WHERE m.conversation_id = c.id)
        FROM conversations c
        """

    private static func sandbox(_ workspace: Workspace) async throws -> [[String?]] {
        let python = Program(URL(filePath: "/usr/bin/python3"), in: workspace.folder)
        let end = try await python.run(
            "-c",
            """
            import sqlite3, json
            rows = sqlite3.connect("plan.sandbox.sqlite").execute(
                "SELECT c.status, c.assignee_id, NULL, group_concat(m.content, '|') FROM conversation c "
                "JOIN message m ON m.conversation_id = c.id GROUP BY c.number").fetchall()
            print(json.dumps(rows))
            """)
        guard end.status == 0 else { throw Unreadable(errors: end.errors) }
        return try JSONDecoder().decode([[String?]].self, from: Data(end.output.utf8))
    }

    struct Unreadable: Error { let errors: String }

    /// The same, of conversations alone: messages that a process left behind stay.
    func differenceOfRows(from other: NightlyState) -> String? {
        var (mine, theirs) = (self, other)
        for key in mine.rows.keys { mine.rows[key]?.messages = [:] }
        for key in theirs.rows.keys { theirs.rows[key]?.messages = [:] }
        return mine.difference(from: theirs)
    }

    /// In a few words, in what another one differs; nil for nothing.
    func difference(from other: NightlyState) -> String? {
        guard twice.isEmpty else { return "twice: \(twice.sorted())" }
        let lost = Set(other.rows.keys).subtracting(rows.keys).sorted()
        let surplus = Set(rows.keys).subtracting(other.rows.keys).sorted()
        guard lost.isEmpty && surplus.isEmpty else { return "lost: \(lost), surplus: \(surplus)" }
        let differing = rows.keys.sorted().filter { rows[$0] != other.rows[$0] }
        guard let key = differing.first, let mine = rows[key], let theirs = other.rows[key] else { return nil }
        return "\(differing.count) differ, such as \(key): is \(mine), should be \(theirs)"
    }
}
