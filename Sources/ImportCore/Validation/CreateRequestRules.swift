/// The rules of the create-conversation request. The validator asks them of every record, and `RequestSchema` says the
/// same in JSON Schema; a test holds the two together.
package struct CreateRequestRules: Sendable {
    package struct Violations: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let businessIDMissing = Violations(rawValue: 1 << 0)
        package static let businessIDNotUUID = Violations(rawValue: 1 << 1)
        package static let customerIDNotUUID = Violations(rawValue: 1 << 2)
        package static let messageBlank = Violations(rawValue: 1 << 3)
        package static let messageTooLong = Violations(rawValue: 1 << 4)
        package static let messageHasNUL = Violations(rawValue: 1 << 5)
    }

    /// The longest message, in Unicode scalars (JSON Schema's "characters").
    package let messageCharacters: Int

    package init(messageCharacters: Int) { self.messageCharacters = messageCharacters }

    /// What a whole request breaks; nil stands for a field that is left out.
    package func violations(
        businessID: UnsafeBufferPointer<UInt8>?, customerID: UnsafeBufferPointer<UInt8>?,
        initialMessage: UnsafeBufferPointer<UInt8>?
    ) -> Violations {
        var violations: Violations = []
        if let businessID {
            if !businessID.isUUID { violations.insert(.businessIDNotUUID) }
        } else {
            violations.insert(.businessIDMissing)
        }
        if let customerID, !customerID.isUUID { violations.insert(.customerIDNotUUID) }
        if let initialMessage {
            violations.formUnion(messageViolations(initialMessage))
            if initialMessage.containsNUL { violations.insert(.messageHasNUL) }
        }
        return violations
    }

    /// What a message breaks, but for a NUL: the validator looks for that in a whole batch at once.
    @inline(__always)
    func messageViolations(_ text: UnsafeBufferPointer<UInt8>) -> Violations {
        var violations: Violations = []
        if text.isBlank { violations.insert(.messageBlank) }
        if text.hasMoreScalars(than: messageCharacters) { violations.insert(.messageTooLong) }
        return violations
    }
}
