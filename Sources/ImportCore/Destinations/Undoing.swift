/// A destination that remembers what a plan's runs created there, and can take it back.
package protocol Undoing: Sendable {
    /// Looks at the destination and writes nothing: what there is to take back.
    ///
    /// - Throws: where it cannot be reached, or we may not delete there.
    func prepareToUndo() async throws -> UndoExtent

    /// Deletes (or, where nothing can be deleted, closes) what the plan's runs created and nobody has changed, answered or built on since; piece by piece, each as
    /// a whole or not at all, so that repeating it goes on where it ended. Returns early when `control` is asked to stop.
    ///
    /// - Parameter isDryRun: whether it only finds out, without a lock, and writes nothing.
    func undo(isDryRun: Bool, control: RunControl, observer: any UndoObserver) async throws -> UndoFigures
}

/// What a plan's runs created at a destination, by its ledger.
package struct UndoExtent: Sendable, Equatable {
    /// What taking back means there.
    package enum Deed: Sendable { case delete, close }

    package var deed: Deed
    /// What a checkpoint is bound to.
    package var destination: String
    package var conversations: Int
    package var customers: Int
    /// What a person should know before.
    package var notices: [String]

    package init(
        destination: String, conversations: Int, customers: Int, deed: Deed = .delete, notices: [String] = []
    ) {
        self.deed = deed
        self.destination = destination
        self.conversations = conversations
        self.customers = customers
        self.notices = notices
    }

    package var isEmpty: Bool { conversations == 0 && customers == 0 }
}

/// What was taken back, or would be.
package struct UndoFigures: Sendable, Equatable {
    package var conversations = 0
    package var messages = 0
    package var customers = 0
    /// Conversations and customers of the ledger that somebody had deleted before.
    package var gone = 0
    package var leftConversations = 0
    package var leftCustomers = 0

    package init() {}

    package var left: Int { leftConversations + leftCustomers }
    /// Rows of the ledger that were looked at.
    package var seen: Int { conversations + customers + gone + left }

    package static func += (figures: inout Self, more: Self) {
        figures.conversations += more.conversations
        figures.messages += more.messages
        figures.customers += more.customers
        figures.gone += more.gone
        figures.leftConversations += more.leftConversations
        figures.leftCustomers += more.leftCustomers
    }
}

/// Something that stays where it is, and why.
package struct LeftAlone: Sendable, Equatable {
    package enum Kind: String, Sendable { case conversation, customer }

    package enum Reason: Sendable, Equatable {
        /// Its row or one of its messages is not what was written, or a message is missing.
        case changed
        /// It has messages that no run wrote.
        case answered
        /// Conversations that stay belong to the customer.
        case inUse
        /// Rows of this table, which is none of those that a run writes, refer to it.
        case referred(table: String)
        /// The destination does not let it be deleted; in words without anybody's data.
        case refused(String)

        package var name: String {
            switch self {
            case .changed: "changed"
            case .answered: "answered"
            case .inUse: "in_use"
            case .referred: "referred"
            case .refused: "refused"
            }
        }

        package var words: String {
            switch self {
            case .changed: "it is no longer what was written"
            case .answered: "messages were added since"
            case .inUse: "conversations that stay belong to the customer"
            case .referred(let table): "rows of \(table) refer to it"
            case .refused(let words): words
            }
        }
    }

    package var kind: Kind
    package var id: String
    /// The ticket's id in the old system; nil for a customer.
    package var key: String?
    package var reason: Reason

    package init(_ kind: Kind, id: String, key: String? = nil, reason: Reason) {
        self.kind = kind
        self.id = id
        self.key = key
        self.reason = reason
    }
}

/// Who is told on the way.
package protocol UndoObserver: Sendable {
    /// Called once, when nobody else can be at work on the plan there, and before anything is deleted. An error keeps
    /// anything from being deleted.
    func willDelete() async throws

    func left(_ left: [LeftAlone]) async throws

    func progressed(_ figures: UndoFigures)

    func noted(_ event: DestinationEvent)
}
