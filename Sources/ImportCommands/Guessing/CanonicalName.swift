/// Texts as a plan takes them, whatever stands in them.
enum CanonicalName {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "$": result += "$"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A field's name; one with dots or brackets that are part of it, taken as it stands.
    static func field(_ name: String) -> String {
        name.contains("[") ? "{ field: \(quoted(name)) }" : quoted(name)
    }
}
