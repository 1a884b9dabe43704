/// Writes the plan's texts in one way, however they were quoted or laid out.
enum CanonicalText {
    /// A key in a dotted name: bare where it is made of letters, digits, `_` and `-`, quoted otherwise.
    static func key(_ text: String) -> String {
        let isBare =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                scalar == "_" || scalar == "-" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            }
        return isBare ? text : quoted(text)
    }

    /// A value: bare where its ends are plain to see, quoted otherwise.
    static func value(_ text: String) -> String {
        let isBare =
            !text.isEmpty && text.first != " " && text.last != " "
            && text.unicodeScalars.allSatisfy { $0 != "\"" && $0 != "\\" && $0 != "‹" && !isUnseen($0) }
        return isBare ? text : quoted(text)
    }

    /// Within double quotes, on one line, with nothing in it that moves a terminal's cursor.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isUnseen(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
