/// What becomes of each field of a conversation at one kind of destination: what a person must know before the first
/// write, since no later run can bring back what the first one left behind.
package struct Fidelity: Sendable {
    package enum Disposition: String, Sendable, CaseIterable {
        /// It arrives as it is.
        case carried
        /// It arrives as something else.
        case transformed
        /// It arrives within a text.
        case folded
        case lost
    }

    package struct Rule: Sendable {
        package var disposition: Disposition
        /// Why, or as what, in a few words; empty for what is carried.
        package var note: String

        package init(_ disposition: Disposition, _ note: String = "") {
            self.disposition = disposition
            self.note = note
        }

        package static let carried = Rule(.carried)
    }

    private let exceptions: [FidelityField: Rule]
    package let lost: FidelitySet

    /// - Parameter exceptions: the fields that are not simply carried.
    package init(exceptions: [FidelityField: Rule] = [:]) {
        self.exceptions = exceptions
        lost = FidelitySet(exceptions.filter { $0.value.disposition == .lost }.keys)
    }

    package subscript(field: FidelityField) -> Rule { exceptions[field] ?? .carried }
}
