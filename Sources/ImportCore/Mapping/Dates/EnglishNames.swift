/// The English names of the months or the weekdays, found without regard to case.
///
/// Other languages' names of months are known where the plan names the language (`MonthNames`): `mar` alone is a month in
/// five of them and a weekday in three.
struct EnglishNames: Sendable {
    /// The names in lower case, each filled up to the longest's nine letters. One piece of the program's text: reading it
    /// counts no references.
    private let table: StaticString
    private static let width = 9
    /// CLDR shortens September to four letters in British, Australian and Canadian English.
    private static let september: StaticString = "sept"

    static let months = EnglishNames(
        table:
            "january  february march    april    may      june     july     august   septemberoctober  november december "
    )
    /// From Monday, as ISO 8601 counts.
    static let weekdays = EnglishNames(table: "monday   tuesday  wednesdaythursday friday   saturday sunday   ")

    /// The index of the name that is `word`: in full, or its first three letters.
    func index(of word: UnsafeBufferPointer<UInt8>, isShort: Bool) -> Int? {
        for index in 0..<(table.utf8CodeUnitCount / Self.width) {
            let name = UnsafeBufferPointer(start: table.utf8Start + index * Self.width, count: Self.width)
            let length = isShort ? 3 : name.firstIndex(of: UInt8(ascii: " ")) ?? Self.width
            if Self.equal(word, name.prefix(length)) { return index }
        }
        let september = UnsafeBufferPointer(start: Self.september.utf8Start, count: 4)
        return isShort && table.utf8Start == Self.months.table.utf8Start && Self.equal(word, september[...]) ? 8 : nil
    }

    private static func equal(_ word: UnsafeBufferPointer<UInt8>, _ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        word.count == name.count && zip(word, name).allSatisfy { $0 | 0x20 == $1 }
    }
}
