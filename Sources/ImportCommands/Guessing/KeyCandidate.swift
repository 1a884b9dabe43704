/// A field that may be the tickets' key, by its name and its values.
///
/// A wrong key is the one mistake that no later run can take back, so it is never taken for want of a better one: a name
/// of a person, an address or a time is none, however different they all are, and neither is a field whose name speaks
/// of anything but tickets and their numbers.
struct KeyCandidate {
    let name: String
    /// What the name speaks for; the greatest is taken.
    let weight: Int

    private static let ofTickets: Set<String> = [
        "ticket", "case", "conversation", "issue", "session", "thread", "request", "incident", "chat", "anfrage",
        "vorgang", "caso", "zgłoszenie",
    ]
    private static let ofNumbers: Set<String> = [
        "id", "key", "number", "no", "nr", "num", "uuid", "guid", "code", "ref", "reference", "nummer", "numer",
        "numero", "número", "#",
    ]
    /// Of these many have an id, and sometimes all of them a different one.
    private static let ofOthers: Set<String> = [
        "name", "customer", "requester", "contact", "user", "client", "agent", "assignee", "owner", "author", "creator",
        "from", "to", "sender", "reporter", "submitter", "email", "mail", "phone", "tel", "mobile", "fax", "company",
        "organization", "organisation", "account", "order", "invoice", "product", "serial", "message", "comment",
        "date", "time", "created", "updated", "closed", "at", "zip", "postal", "ip", "price", "amount", "parent",
    ]

    /// Nil for a field that is none.
    init?(_ field: FieldProfile, of records: Int) {
        guard records > 0, field.filled == records, field.tellsRecordsApart else { return nil }
        name = field.name
        // Without a header the values are all there is.
        if field.name.hasPrefix("[") {
            weight = 1
            return
        }
        let words = Set(Self.words(of: field.name))
        guard words.isDisjoint(with: Self.ofOthers) else { return nil }
        let speaks = [Self.ofTickets, Self.ofNumbers].filter { !words.isDisjoint(with: $0) }.count
        guard speaks > 0 else { return nil }
        weight = speaks * 2 + (field.name.contains(".") ? 0 : 1)
    }

    /// `ticketNumber`, `Ticket_Number` and `ticket number` are two words.
    static func words(of name: String) -> [String] {
        var words: [String] = []
        var isInWord = false
        var wasSmall = false
        for character in name {
            let goesOn = character.isLetter || character.isNumber || character == "#"
            if goesOn, isInWord, !(character.isUppercase && wasSmall) {
                words[words.count - 1].append(character)
            } else if goesOn {
                words.append(String(character))
            }
            isInWord = goesOn
            wasSmall = character.isLowercase
        }
        return words.map { $0.lowercased() }
    }
}
