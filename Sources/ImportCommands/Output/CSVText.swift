/// CSV as RFC 4180 has it, built row by row. A value is written as it is, in quotes where it needs them.
struct CSVText {
    private(set) var bytes: [UInt8] = []

    mutating func row(_ values: [String]) {
        let cells = values.map { value in
            value.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) } || value.first == " " || value.last == " "
                ? "\"" + value.replacing("\"", with: "\"\"") + "\"" : value
        }
        bytes += Array((cells.joined(separator: ",") + "\n").utf8)
    }
}
