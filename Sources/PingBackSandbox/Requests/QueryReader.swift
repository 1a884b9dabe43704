import Hummingbird

/// Reads query parameters and collects every finding, as FastAPI reports them all together.
struct QueryReader {
    private let request: Request
    private var findings: [Finding] = []

    private init(_ request: Request) {
        self.request = request
    }

    /// `read` takes the parameters out; what it finds wrong is thrown.
    static func read<Value>(_ request: Request, _ read: (inout QueryReader) -> Value) throws -> Value {
        var reader = QueryReader(request)
        let value = read(&reader)
        guard reader.findings.isEmpty else { throw Refusal(reader.findings) }
        return value
    }

    mutating func text(_ name: String) -> String? {
        request.uri.queryParameters[name[...]].map { String($0) }
    }

    mutating func requiredText(_ name: String) -> String {
        if let text = text(name) { return text }
        find(name, "field required", "value_error.missing")
        return ""
    }

    mutating func integer(_ name: String) -> Int? {
        guard let text = text(name) else { return nil }
        if let value = Int(text) { return value }
        find(name, "value is not a valid integer", "type_error.integer")
        return nil
    }

    /// A count from 1 on.
    mutating func count(_ name: String, otherwise usual: Int) -> Int {
        guard let value = integer(name) else { return usual }
        if value < 1 {
            find(name, "ensure this value is greater than or equal to 1", "value_error.number.not_ge")
        }
        return value
    }

    mutating func choice(_ name: String, of values: [String]) -> String? {
        guard let text = text(name) else { return nil }
        if !values.contains(text) {
            let permitted = values.map { "'\($0)'" }.joined(separator: ", ")
            find(name, "value is not a valid enumeration member; permitted: \(permitted)", "type_error.enum")
        }
        return text
    }

    private mutating func find(_ name: String, _ message: String, _ type: String) {
        findings.append(Finding(["query", name], message, type))
    }
}
