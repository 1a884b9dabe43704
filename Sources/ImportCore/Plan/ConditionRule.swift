/// What a field is asked: in `when`, and in what `drop` leaves out.
///
/// A value that is missing meets no condition but `present: false`.
package struct ConditionRule: Sendable, Equatable {
    package enum Test: Sendable, Equatable {
        /// The value is one of these, exactly.
        case isAny([String])
        /// The value is there, and none of these.
        case isNone([String])
        /// The value is that of a field of the record, once both are converted: an author who is the requester.
        case sameAs(FieldReference)
        /// What stands behind the last `@` is one of these, whatever the case of ASCII letters.
        case domain([String])
        case present(Bool)
    }

    /// A field, and how its value is converted before it is asked.
    package var value: ValueRule
    package var test: Test

    package init(value: ValueRule, test: Test) {
        self.value = value
        self.test = test
    }
}
