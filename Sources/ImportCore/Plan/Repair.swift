/// A change to what the file holds that the plan asks for by name: it undoes damage whose cause is known, and takes nothing
/// away that anybody wrote. Whatever else is wrong with a record rejects it. Each change is counted.
package enum Repair: String, Sendable, Codable, CaseIterable {
    /// Empty fields behind the header's last column, which spreadsheets add, are left out. Fields are never added.
    case trailingEmptyFields = "trailing-empty-fields"
    /// Records whose every field is empty are passed over.
    case blankRecords = "blank-records"
    /// `7253394974479.0` in an id is `7253394974479`, as it was before a spreadsheet took it for a number.
    case excelDecimalIDs = "excel-decimal-ids"
    /// The apostrophe is left out that exports put before a cell which a spreadsheet would run as a formula.
    case leadingApostrophe = "leading-apostrophe"
    /// The two characters `\n` are the line break that they stand for, in texts that have no other.
    case literalNewlines = "literal-newlines"
}
