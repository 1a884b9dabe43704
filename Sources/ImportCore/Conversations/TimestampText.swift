/// A moment's canonical text: RFC 3339 in UTC, without a fraction when there is none, else with six digits.
extension Timestamp {
    /// `2022-09-19T14:53:49Z`, `2022-09-19T14:53:49.250000Z`.
    package var iso8601: String {
        String(unsafeUninitializedCapacity: Self.longestText) { writeText(to: $0) }
    }

    package func appendISO8601(to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.longestText) { buffer in
            let count = writeText(to: buffer)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// The length of `2022-09-19T14:53:49.250000Z`.
    private static let longestText = 27

    /// Fills the buffer from its start; returns how many bytes it took.
    private func writeText(to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        // Rounded down, also before 1970: the fraction then counts forward from the second, as it is written.
        let fraction = ((Int(microseconds) % 1_000_000) + 1_000_000) % 1_000_000
        let seconds = (Int(microseconds) - fraction) / 1_000_000
        precondition(
            isPresent && CivilTime.representableSeconds.contains(seconds),
            "Only a time within the years 0001 to 9999 has a text.")
        let secondOfDay = ((seconds % 86_400) + 86_400) % 86_400
        let date = CivilTime.date(daysSince1970: (seconds - secondOfDay) / 86_400)

        var count = 0
        func put(_ byte: UInt8) {
            buffer[count] = byte
            count += 1
        }
        func put(_ number: Int, digits: Int) {
            var rest = number
            for index in stride(from: count + digits - 1, through: count, by: -1) {
                buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            count += digits
        }
        put(date.year, digits: 4)
        put(UInt8(ascii: "-"))
        put(date.month, digits: 2)
        put(UInt8(ascii: "-"))
        put(date.day, digits: 2)
        put(UInt8(ascii: "T"))
        put(secondOfDay / 3600, digits: 2)
        put(UInt8(ascii: ":"))
        put(secondOfDay / 60 % 60, digits: 2)
        put(UInt8(ascii: ":"))
        put(secondOfDay % 60, digits: 2)
        if fraction != 0 {
            put(UInt8(ascii: "."))
            put(fraction, digits: 6)
        }
        put(UInt8(ascii: "Z"))
        return count
    }
}
