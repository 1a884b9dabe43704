/// Fills `${NAME}` in a text of the plan from the environment. `$${` stands for the two characters `${`.
struct Variables {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    struct Filled {
        var value = ""
        var hasVariable = false
        /// Names without a value, in the text's order.
        var missing: [String] = []
        /// Whether a `${` is not followed by a name and `}`.
        var isMalformed = false
    }

    func fill(_ typed: String) -> Filled {
        var filled = Filled()
        var rest = typed[...]
        while let dollar = rest.firstIndex(of: "$") {
            filled.value += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                filled.value += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                rest = rest.dropFirst(2)
                guard let close = rest.firstIndex(of: "}"), Self.isName(rest[..<close]) else {
                    filled.isMalformed = true
                    filled.value += "${"
                    continue
                }
                let name = String(rest[..<close])
                rest = rest[rest.index(after: close)...]
                filled.hasVariable = true
                if let value = environment[name] { filled.value += value } else { filled.missing.append(name) }
            } else {
                filled.value += "$"
                rest = rest.dropFirst()
            }
        }
        filled.value += rest
        return filled
    }

    /// A name as POSIX shells take it.
    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "_"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: false
            }
        }
    }
}
