/// Records that a plan passes over, and why: `{reason: deleted, where: {status: deleted}}`.
///
/// What is passed over is neither valid nor rejected; the books count it by its reason.
package struct SkipRule: Sendable, Equatable {
    /// `[a-z0-9-]{1,32}`: it is a key of the summary, and never a record's own value.
    package var reason: String
    /// All of them hold for a record that is passed over; never empty.
    package var conditions: [Condition]

    package struct Condition: Sendable, Equatable {
        package var field: FieldReference
        package var test: Test

        package init(field: FieldReference, test: Test) {
            self.field = field
            self.test = test
        }
    }

    package enum Test: Sendable, Equatable {
        case isOne(of: [String])
        /// True of a missing value, too.
        case isNone(of: [String])
        case isPresent, isMissing
    }

    package init(reason: String, conditions: [Condition]) {
        self.reason = reason
        self.conditions = conditions
    }
}
