/// A month's name in the language of an export, as `MMM` and `MMMM` of a date pattern read it.
package struct MonthName: Sendable, Equatable {
    /// In lower case; it is found in any case.
    package var text: String
    /// From 1.
    package var month: Int

    package init(text: String, month: Int) {
        self.text = text
        self.month = month
    }
}
