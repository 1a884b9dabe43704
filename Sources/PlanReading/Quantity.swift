/// A number and its unit, as a person writes them: `5%`, `16MiB`, `20/s`, `1.5h`; also on the command line.
package struct Quantity {
    var number: Double
    var unit: String

    /// Digits, with a fraction or without, then the unit, with a blank between or without; nothing else is a number here:
    /// no sign, no exponent, no thousands separator.
    package init?(_ text: String) {
        let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let number = Double(digits), number.isFinite
        else { return nil }
        var rest = text[digits.endIndex...]
        if rest.first == " " { rest = rest.dropFirst() }
        self.number = number
        unit = String(rest)
    }

    var bytes: Int? {
        let factor: Double? =
            switch unit {
            case "", "B": 1
            case "KB", "kB": 1e3
            case "MB": 1e6
            case "GB": 1e9
            case "KiB": 1024
            case "MiB": 1_048_576
            case "GiB": 1_073_741_824
            default: nil
            }
        return factor.flatMap { Int(exactly: number * $0) }
    }

    package var seconds: Double? {
        switch unit {
        case "ms": number / 1000
        case "s": number
        case "m": number * 60
        case "h": number * 3600
        case "d": number * 86_400
        default: nil
        }
    }

    /// Times a second.
    var rate: Double? {
        switch unit {
        case "/s": number
        case "/m": number / 60
        default: nil
        }
    }
}
