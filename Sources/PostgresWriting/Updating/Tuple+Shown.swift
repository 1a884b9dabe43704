import ImportCore

/// Values as a list shows them to a person.
extension Tuple {
    /// A conversation's.
    func shown(_ field: Int) -> String? { shown(field, of: EncodedBatch.conversationColumns[field]) }

    /// A message's.
    func shownMessage(_ field: Int) -> String? { shown(field, of: EncodedBatch.messageColumns[field]) }

    private func shown(_ field: Int, of column: String) -> String? {
        if column == "id" || column.hasSuffix("_id") { return uuid(field)?.description }
        guard column.hasSuffix("_at") else { return text(field) }
        return time(field).map { time in
            // The server also has `infinity`, and years that RFC 3339 has no text for.
            Self.representable.contains(time.microseconds) ? time.iso8601 : "beyond the year 9999, or before the year 1"
        }
    }

    /// The years 1 to 9999, in microseconds since 1970.
    private static let representable: Range<Int64> = -62_135_596_800_000_000..<253_402_300_800_000_000

    /// The field as a time; nil for null.
    func time(_ field: Int) -> Timestamp? {
        guard let value = value(field), value.count == 8 else { return nil }
        let stored = value.reduce(Int64(0)) { $0 << 8 | Int64($1) }
        // From 2000, as the wire has it; what is beyond all times stays so.
        let (time, isBeyond) = stored.addingReportingOverflow(946_684_800_000_000)
        return Timestamp(microseconds: isBeyond ? .max : time)
    }
}
