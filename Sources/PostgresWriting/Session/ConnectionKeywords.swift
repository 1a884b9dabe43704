import CLibPQ

/// Libpq's connection parameters as it lists them itself: which exist, and which environment variable each has.
enum ConnectionKeywords {
    /// The environment variable of each keyword; nil where there is none.
    static let variables: [String: String?] = {
        var variables: [String: String?] = [:]
        guard let options = PQconninfoParse("", nil) else { return variables }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            variables[String(cString: keyword)] = .some(option.pointee.envvar.map { String(cString: $0) })
            option += 1
        }
        return variables
    }()

    /// What an address (`postgresql://…`) or a connection string (`host=… user=…`) states; nil where libpq cannot read
    /// it. Why it cannot is not told, because libpq quotes what it stumbled over, and that may be the password.
    static func parse(_ text: String) -> [String: String]? {
        guard !text.utf8.contains(0), let options = PQconninfoParse(text, nil) else { return nil }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val, value.pointee != 0 {
                values[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        return values
    }
}
