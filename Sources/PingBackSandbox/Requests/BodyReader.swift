import Foundation
import HTTPTypes
import Hummingbird

/// Reads the fields of a JSON body one by one and collects every finding, as FastAPI reports them all together.
/// Fields that nobody asks for are ignored.
struct BodyReader {
    /// Above this a body is 413. PingBack documents no limit; the import's own limit of a field is 16 MiB.
    static let sizeLimit = 64 * 1024 * 1024

    private let fields: KeyedDecodingContainer<FieldName>
    private var findings: [Finding] = []

    /// A field that has to be there and be a UUID.
    mutating func requiredUUID(_ name: String) -> String? {
        guard let text = text(name, isRequired: true) else { return nil }
        return uuid(text, of: name)
    }

    /// A UUID, or nil where the field is missing or null.
    mutating func uuid(_ name: String) -> String? {
        text(name, isRequired: false).flatMap { uuid($0, of: name) }
    }

    /// A text that says something. PingBack documents nothing about blank ones; the sandbox refuses them, and text
    /// with a NUL, which neither Postgres nor SQLite can keep.
    mutating func words(_ name: String, isRequired: Bool) -> String? {
        guard let text = text(name, isRequired: isRequired) else { return nil }
        if text.utf8.contains(0) {
            find(name, "NUL is not allowed in text", "value_error.str.nul")
        } else if text.allSatisfy(\.isWhitespace) {
            find(name, "must not be blank", "value_error.str.blank")
        }
        return text
    }

    /// A list that may be missing and must be empty.
    mutating func emptyList(_ name: String, because reason: String) {
        guard fields.contains(FieldName(name)) else { return }
        guard let list = try? fields.nestedUnkeyedContainer(forKey: FieldName(name)) else {
            return find(name, "value is not a valid list", "type_error.list")
        }
        if !list.isAtEnd { find(name, reason, "value_error.list.not_empty") }
    }

    private mutating func text(_ name: String, isRequired: Bool) -> String? {
        let key = FieldName(name)
        guard fields.contains(key) else {
            if isRequired { find(name, "field required", "value_error.missing") }
            return nil
        }
        if (try? fields.decodeNil(forKey: key)) == true {
            if isRequired { find(name, "none is not an allowed value", "type_error.none.not_allowed") }
            return nil
        }
        guard let text = try? fields.decode(String.self, forKey: key) else {
            find(name, "str type expected", "type_error.str")
            return nil
        }
        return text
    }

    private mutating func uuid(_ text: String, of name: String) -> String? {
        guard let uuid = Business.canonical(text) else {
            find(name, "value is not a valid uuid", "type_error.uuid")
            return nil
        }
        return uuid
    }

    private mutating func find(_ name: String, _ message: String, _ type: String) {
        findings.append(Finding(["body", name], message, type))
    }
}

extension BodyReader: Decodable {
    init(from decoder: any Decoder) throws {
        fields = try decoder.container(keyedBy: FieldName.self)
    }

    /// Collects and parses the body; `read` takes the fields out, and what it finds wrong is thrown.
    static func read<Value>(
        _ request: Request, _ read: (inout BodyReader) -> Value
    ) async throws -> Value {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > sizeLimit { throw tooLarge }
        var request = request
        let bytes: ByteBuffer
        do {
            bytes = try await request.collectBody(upTo: sizeLimit)
        } catch is any HTTPResponseError {
            throw tooLarge
        }
        guard bytes.readableBytes > 0 else {
            throw Refusal([Finding(["body"], "field required", "value_error.missing")])
        }
        guard isJSON(request) else { throw notAnObject }
        var reader: BodyReader
        do {
            reader = try JSONDecoder.shared.decode(BodyReader.self, from: Data(bytes.readableBytesView))
        } catch DecodingError.typeMismatch {
            throw notAnObject
        } catch {
            throw Refusal([Finding(["body"], "the body is not valid JSON", "value_error.jsondecode")])
        }
        let value = read(&reader)
        guard reader.findings.isEmpty else { throw Refusal(reader.findings) }
        return value
    }

    /// Without the documented `Content-Type: application/json` FastAPI sees plain text where it wants an object.
    private static func isJSON(_ request: Request) -> Bool {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
        return type.trimmingCharacters(in: .whitespaces) == "application/json"
    }

    private static let tooLarge = Refusal(.contentTooLarge, "Request body too large")
    private static let notAnObject = Refusal([Finding(["body"], "value is not a valid dict", "type_error.dict")])

    private struct FieldName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}

extension JSONDecoder {
    /// One for all requests: it is never changed after this.
    static let shared = JSONDecoder()
}
