/// How many records of a source have something in each field, and how many people their opening messages could reach.
package struct FidelityFigures: Sendable {
    /// Ids of customers beyond this many are not told apart any more: the set that does it takes 16 bytes for each, and
    /// memory must not grow with the source.
    package static let mostCustomers = 1_000_000

    /// Records that may be written.
    package private(set) var records = 0
    /// Of them, those with an opening message.
    package private(set) var withText = 0
    /// Of these, those without a customer's id.
    package private(set) var withTextAndNoCustomer = 0
    private var counts = Array(repeating: 0, count: FidelityField.allCases.count)
    private var customers: Set<Int> = []

    package init() {}

    package subscript(field: FidelityField) -> Int { counts[field.rawValue] }

    /// Distinct ids of customers among the conversations with an opening message.
    package var customersWithText: Int { customers.count }

    /// Whether there are, or may be, more of them than were told apart.
    package var isCustomerCountCut: Bool { customers.count >= Self.mostCustomers }

    /// The fields that at least one record has something in.
    package var fields: FidelitySet { FidelitySet(FidelityField.allCases.filter { self[$0] > 0 }) }

    /// Enters the records of a batch that may be written.
    package mutating func enter(_ taken: TakenBatch) {
        for index in taken.accepted { enter(taken.batch.conversation(at: index)) }
    }

    package mutating func enter(_ conversation: Conversation) {
        records += 1
        let found = conversation.fidelityFields
        counts.count(found)
        guard found.contains(.initialMessage) else { return }
        withText += 1
        let customer = conversation.withBytes(.customerID) { bytes in
            // Ids are compared without case. Sixty-four bits tell a million of them apart: the chance that two of
            // them fall together is one in thirty million.
            var hasher = Hasher()
            for byte in bytes { hasher.combine(byte | 0x20) }
            return hasher.finalize()
        }
        guard let customer else {
            withTextAndNoCustomer += 1
            return
        }
        if customers.count < Self.mostCustomers { customers.insert(customer) }
    }
}

extension [Int] {
    /// Adds to each field's place.
    mutating func count(_ set: FidelitySet, _ step: Int = 1) {
        var bits = set.rawValue
        while bits != 0 {
            self[bits.trailingZeroBitCount] += step
            bits &= bits - 1
        }
    }
}
