/// Months' names in the languages of an export, found without regard to case.
struct MonthNames: Sendable {
    private struct Name: Sendable {
        var bytes: [UInt8]
        var month: Int
    }

    /// The longest first: `mars` is not to be read as `mar` with an `s` behind it.
    private let names: [Name]

    init(_ names: [MonthName]) {
        self.names = names.flatMap { name in
            // Each spelling that is met stands here, so that no value has to be turned into lower case.
            let lower = name.text.lowercased()
            let spellings = Set([lower, lower.prefix(1).uppercased() + lower.dropFirst(), lower.uppercased()])
            return spellings.sorted().map { Name(bytes: Array($0.utf8), month: name.month) }
        }.sorted { $0.bytes.count > $1.bytes.count }
    }

    var isEmpty: Bool { names.isEmpty }

    /// The month whose name `bytes` begin with, and the name's length; nil where they begin with none.
    func month(at bytes: Slice<UnsafeBufferPointer<UInt8>>) -> (month: Int, length: Int)? {
        names.first { bytes.starts(with: $0.bytes) }.map { ($0.month, $0.bytes.count) }
    }
}
