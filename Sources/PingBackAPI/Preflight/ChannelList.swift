import ImportCore

/// A channel of the business. What else the server shows of it, its `config` before all, holds the secrets of
/// providers: it is never decoded.
struct ListedChannel: Decodable, Sendable {
    var type: String?
    var isActive: Bool?

    private enum CodingKeys: String, CodingKey {
        case type
        case isActive = "is_active"
    }
}

/// Which kinds of channels a business has: what a new conversation may come to stand in, since the API chooses the
/// channel itself.
package struct ChannelList: Sendable, Equatable {
    /// Active channels by type; a type that PingBack does not document is `other`.
    package private(set) var active: [String: Int] = [:]
    package private(set) var inactive = 0

    init(_ channels: [ListedChannel]) {
        for channel in channels {
            // Where the server does not say, creating a conversation will.
            guard channel.isActive ?? true else {
                inactive += 1
                continue
            }
            let type = channel.type.flatMap { ChannelType(rawValue: $0)?.rawValue } ?? "other"
            active[type, default: 0] += 1
        }
    }

    /// Types whose messages leave PingBack by themselves, to a telephone or a mailbox.
    package var delivering: [String] { active.keys.filter { $0 != "webchat" && $0 != "widget" }.sorted() }

    /// `2 email, 1 widget`
    package var words: String {
        let types = active.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return types.joined(separator: ", ") + (inactive > 0 ? " (\(inactive) inactive)" : "")
    }
}
