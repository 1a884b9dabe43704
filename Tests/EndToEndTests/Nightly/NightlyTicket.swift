import Foundation

/// A ticket as the old system exports it.
struct NightlyTicket: Sendable {
    struct Reply: Sendable {
        var number: Int
        var text: String
    }

    static let agents = ["845020158900", "845020158903", "845020158902"].map { "b2c3d4e5-f6a7-8901-bcde-" + $0 }
    static let statuses = ["new", "wait", "solved", "done"]
    /// One that no plan knows.
    static let wrongStatus = "lost"
    static let day = 86_400

    var key: Int
    /// How often the opening message was written anew.
    var edition = 1
    var status: String
    var agent: String?
    /// In seconds since the first day, as `updated` is.
    var answered: Int?
    var replies: [Reply] = []
    var updated: Int

    var isWrong: Bool { status == Self.wrongStatus }
    var text: String { "#\(key) in edition \(edition)" }

    /// Its line, without the end.
    var line: String {
        let replies = replies.map { reply in
            """
            {"no":"\(key)-\(reply.number)","who":"agent","text":"\(reply.text)","at":"\(Self.time(reply.number))"}
            """
        }
        return """
            {"id":"\(key)","text":"\(text)","status":"\(status)","agent":\(Self.json(agent)),\
            "created":"\(Self.time(-key))","updated":"\(Self.time(updated))",\
            "answered":\(Self.json(answered.map(Self.time))),"name":"Person \(key / 3)",\
            "email":"person\(key / 3)@example.org","replies":[\(replies.joined(separator: ","))]}
            """
    }

    private static func json(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "null" }

    static func time(_ seconds: Int) -> String {
        // 2025-01-01.
        Date(timeIntervalSince1970: 1_735_689_600 + Double(seconds)).formatted(.iso8601)
    }

    /// What it maps to.
    func content(by variant: NightlyPlan.Variant) -> NightlyContent {
        let names = ["new": "open", "wait": variant.waitIsPending ? "pending" : "open", "solved": "resolved"]
        var messages = ["opening \(text)": text]
        for reply in replies { messages["#\(key) reply \(reply.number)"] = reply.text }
        return NightlyContent(
            status: names[status] ?? "closed", assignee: agent, answered: answered.map(Self.time), messages: messages,
            updated: updated)
    }
}

/// What a ticket maps to, and what a destination has of it.
struct NightlyContent: Sendable {
    enum Group: Sendable, CaseIterable { case status, assignee, messages, rest }

    var status: String
    var assignee: String?
    var answered: String?
    /// Texts by what makes a message the same one: its own number, or for the opening one its words.
    var messages: [String: String]
    var updated: Int

    func groups(differingFrom other: NightlyContent) -> Set<Group> {
        var groups: Set<Group> = []
        if status != other.status { groups.insert(.status) }
        if assignee != other.assignee { groups.insert(.assignee) }
        if messages != other.messages { groups.insert(.messages) }
        if answered != other.answered { groups.insert(.rest) }
        return groups
    }
}
