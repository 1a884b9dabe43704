/// What a connector puts around each record: where in the document the record is, and what the document says of it.
struct ConnectorEnvelope: Hashable {
    /// The program that writes such documents.
    let connector: String
    /// Where the record is, as a plan names it.
    let record: String
    /// What the document must say: fields, each with its value.
    let conditions: [String: String]
    /// The stream's name; nil where the documents name none.
    let stream: String?

    /// The envelope of a document; nil for one that has none.
    ///
    /// The forms are those of the connectors' own specifications: Airbyte's protocol and its destinations for files, and
    /// Singer's.
    static func of(_ document: [String: Any]) -> ConnectorEnvelope? {
        func isObject(_ value: Any?) -> Bool { value is [String: Any] }
        if isObject(document["_airbyte_data"]) {
            return ConnectorEnvelope(connector: "Airbyte", record: "_airbyte_data", conditions: [:], stream: nil)
        }
        if document["type"] as? String == "RECORD", let inner = document["record"] as? [String: Any] {
            if let stream = document["stream"] as? String {
                return ConnectorEnvelope(
                    connector: "Singer", record: "record", conditions: ["type": "RECORD", "stream": stream],
                    stream: stream)
            }
            if let stream = inner["stream"] as? String, isObject(inner["data"]) {
                return ConnectorEnvelope(
                    connector: "Airbyte", record: "record.data",
                    conditions: ["type": "RECORD", "record.stream": stream], stream: stream)
            }
        }
        if let stream = document["stream"] as? String, isObject(document["data"]) {
            return ConnectorEnvelope(
                connector: "Airbyte", record: "data", conditions: ["stream": stream], stream: stream)
        }
        return nil
    }

    /// The kinds of documents by which connectors talk among themselves.
    private static let talk: Set<String> = [
        "SCHEMA", "STATE", "ACTIVATE_VERSION", "LOG", "TRACE", "SPEC", "CATALOG", "CONTROL", "CONNECTION_STATUS",
        "BATCH",
    ]

    /// Whether a document is one that holds no record of any stream.
    static func isTalk(_ document: [String: Any]) -> Bool { (document["type"] as? String).map(talk.contains) ?? false }

    /// The record of a document that has this envelope.
    func content(of document: [String: Any]) -> [String: Any]? {
        record.split(separator: ".").reduce(document as [String: Any]?) { $0?[String($1)] as? [String: Any] }
    }

    /// As a plan has it.
    var plan: String {
        guard !conditions.isEmpty else { return "envelope: { record: \(record) }" }
        let pairs = conditions.sorted { $0.key < $1.key }.map { "\($0.key): \(CanonicalName.quoted($0.value))" }
        return "envelope: { record: \(record), where: { \(pairs.joined(separator: ", ")) } }"
    }

    /// How likely it is that a stream of this name holds the tickets.
    var likelihood: Int {
        let name = stream?.lowercased() ?? ""
        let best = ["tickets", "conversations", "cases", "issues", "incidents", "requests"]
        if best.contains(name) { return 2 }
        return best.contains { name.contains($0.dropLast()) } ? 1 : 0
    }
}
