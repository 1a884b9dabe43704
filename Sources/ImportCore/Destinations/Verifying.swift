/// A destination that can be read back and compared with what a run would write.
package protocol Verifying: Sendable {
    /// Looks at the destination, and what it holds that others wrote. Writes nothing.
    func prepareToVerify() async throws -> VerifyTarget

    /// Compares conversations with what is there, as it stands at one moment. Writes nothing.
    ///
    /// Called with all conversations in file order, also with those that are not chosen: who a customer is depends on
    /// the records before.
    ///
    /// - Parameter isChosen: of each of them, whether it is compared.
    /// - Returns: those that are not what a run would write.
    func verify(
        _ conversations: [Conversation], isChosen: [Bool], control: RunControl,
        note: @escaping @Sendable (DestinationEvent) -> Void
    ) async throws -> [ConversationDifference]
}

/// Where conversations are compared.
package struct VerifyTarget: Sendable, Equatable {
    /// What a checkpoint is bound to.
    package var destination: String
    /// What a person should know before.
    package var notices: [String]

    package init(destination: String, notices: [String] = []) {
        self.destination = destination
        self.notices = notices
    }
}

/// A conversation that is not what a run would write. Names fields and ids, and never a value.
package struct ConversationDifference: Sendable, Equatable {
    package enum Problem: Sendable, Equatable {
        /// It is not there. With a code, where a run would reject it for what the destination holds now.
        case missing(rejectedNow: RejectionCode?)
        /// It is there, and a run would reject it now.
        case unexpected(RejectionCode)
        case fields([String])
        case messageMissing(id: String)
        /// A message that the source does not have.
        case messageExtra(id: String)
        case messageFields(id: String, [String])
        case customerMissing(id: String)
        case customerFields(id: String, [String])

        package var name: String {
            switch self {
            case .missing: "conversation.missing"
            case .unexpected: "conversation.unexpected"
            case .fields: "conversation.differs"
            case .messageMissing: "message.missing"
            case .messageExtra: "message.extra"
            case .messageFields: "message.differs"
            case .customerMissing: "customer.missing"
            case .customerFields: "customer.differs"
            }
        }
    }

    /// Which one of those given.
    package var index: Int
    /// Its id at the destination.
    package var id: String
    package var problems: [Problem]

    package init(index: Int, id: String, problems: [Problem]) {
        self.index = index
        self.id = id
        self.problems = problems
    }
}
