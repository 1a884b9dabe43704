import ImportCore

/// A conversation as it was read from the server, with what can be compared with a request.
struct ConversationSighting: Sendable, Equatable {
    enum Opening: Sendable, Equatable {
        /// It holds no message.
        case none
        /// Its first message is an agent's.
        case agent(Text)
        /// A customer wrote first: live traffic.
        case customer
        /// It could not be read.
        case unknown
    }

    /// Digests of a text (SHA-256): of all of it, and of its last line alone, where a reference stands.
    struct Text: Sendable, Equatable {
        var digest: [UInt8]
        var lastLineDigest: [UInt8]

        init(_ content: String) {
            let bytes = Array(content.utf8)
            digest = RequestContent.digest(bytes)
            let end = bytes.lastIndex { !Self.isSpace($0) }.map { $0 + 1 } ?? 0
            let start = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            let line = bytes[start..<end].drop(while: Self.isSpace)
            lastLineDigest = RequestContent.digest(Array(line))
        }

        private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    }

    var id: String
    var customerID: String?
    var opening: Opening
    /// Milliseconds since 1970, by the server's clock; nil where the server's text is no time.
    var createdAt: Int64?
    /// Who wrote the first message.
    var senderID: String?
    var channelID: String?

    /// The customer's id, without case.
    var customer: String? { customerID?.lowercased() }
}

extension ConversationSighting {
    /// - Parameter conversation: as it answers to being read alone; nil where it could not be read.
    init(_ row: ConversationObject, _ conversation: ConversationObject?) {
        id = row.id
        customerID = conversation?.customerID ?? row.customerID
        createdAt = (row.createdAt ?? conversation?.createdAt).flatMap { ServerTime.milliseconds($0) }
        channelID = conversation?.channelID ?? row.channelID
        guard let messages = conversation?.messages else {
            opening = .unknown
            return
        }
        guard let first = messages.first else {
            opening = .none
            return
        }
        senderID = first.senderID
        switch first.senderType {
        case "agent": opening = .agent(Text(first.content ?? ""))
        case "customer": opening = .customer
        default: opening = .unknown
        }
    }
}
