import ImportCore

/// PingBack's tables, as far as the program has to do with them.
enum PingBackTable: Int, CaseIterable, Sendable {
    case customers, channels, conversations, messages

    /// Whether rows are put into it; the others are read.
    var isWritten: Bool { self != .channels }

    /// What of it changes with the source.
    var changedColumns: [String] {
        switch self {
        case .conversations:
            EncodedBatch.conversationColumns.filter { $0 != "id" && $0 != "business_id" }
        case .messages: ["sender_type", "content", "created_at"]
        case .customers, .channels: []
        }
    }

    /// What the program writes to it, or reads from it.
    var columns: [RequiredColumn] {
        switch self {
        case .customers:
            [
                RequiredColumn("id", .uuid), RequiredColumn("business_id", .uuid), RequiredColumn("name", .text),
                RequiredColumn("email", .text), RequiredColumn("phone", .text), RequiredColumn("external_id", .text),
                RequiredColumn("created_at", .time),
            ]
        case .channels:
            [
                RequiredColumn("id", .uuid), RequiredColumn("business_id", .uuid), RequiredColumn("type", .label),
                RequiredColumn("is_active", .boolean),
            ]
        case .conversations:
            [
                RequiredColumn("id", .uuid), RequiredColumn("business_id", .uuid), RequiredColumn("customer_id", .uuid),
                RequiredColumn("assignee_id", .uuid), RequiredColumn("status", .word(Self.statuses)),
                RequiredColumn("channel_type", .word(Self.channelTypes)), RequiredColumn("channel_id", .uuid),
                RequiredColumn("created_at", .time), RequiredColumn("updated_at", .time),
                RequiredColumn("first_response_at", .time), RequiredColumn("resolved_at", .time),
                RequiredColumn("closed_at", .time),
            ]
        case .messages:
            [
                RequiredColumn("id", .uuid), RequiredColumn("conversation_id", .uuid),
                RequiredColumn("sender_type", .word(Self.senderTypes)), RequiredColumn("sender_id", .uuid),
                RequiredColumn("content", .text), RequiredColumn("attachments", .json),
                RequiredColumn("created_at", .time),
            ]
        }
    }

    private static let statuses = ConversationStatus.allCases.map { [$0.name] }
    private static let senderTypes = SenderType.allCases.map { [$0.name] }
    /// PingBack's documentation names the web widget in two ways, and a server has one of them at least. A conversation
    /// with the other is refused by it and rejected.
    private static let channelTypes =
        ChannelType.allCases.filter { $0 != .webchat && $0 != .widget }.map { [$0.rawValue] }
        + [[ChannelType.widget.rawValue, ChannelType.webchat.rawValue]]
}

/// A column that the program writes or reads, and what it has to be made of.
struct RequiredColumn: Sendable {
    enum Kind: Sendable {
        case uuid
        /// `text`, `varchar` or `citext`: what may be written in any words.
        case text
        /// With a time zone, and with all its microseconds.
        case time
        /// `jsonb` or `json`.
        case json
        case boolean
        /// Text, or an enum with these words; of each group one is enough.
        case word([[String]])
        /// Text, or any enum: what is only read.
        case label
    }

    var name: String
    var kind: Kind

    init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// In the words of the server.
    var typeName: String {
        switch kind {
        case .uuid: "uuid"
        case .text, .word, .label: "text"
        case .time: "timestamp with time zone"
        case .json: "jsonb"
        case .boolean: "boolean"
        }
    }
}

extension PostgresTables {
    func name(of table: PingBackTable) -> String {
        switch table {
        case .customers: customers
        case .channels: channels
        case .conversations: conversations
        case .messages: messages
        }
    }

    /// As it stands in SQL: `"public"."customers"`.
    func quoted(_ table: PingBackTable) -> String {
        schema.quotedIdentifier + "." + name(of: table).quotedIdentifier
    }

    /// As it stands in a message: `public.customers`.
    func shown(_ table: PingBackTable) -> String { schema + "." + name(of: table) }
}

extension String {
    /// A name as SQL takes it whatever is in it (PostgreSQL documentation 4.1.1).
    var quotedIdentifier: String { "\"" + replacing("\"", with: "\"\"") + "\"" }
}
