import Foundation
import ImportCore
import NIOHTTP1

/// What a server says about a request it did not fulfil, made fit for a report: one line, at most 300 characters, without
/// control characters.
///
/// Of a list of findings only the place and the message are taken: what stands beside them repeats the request's values.
/// What the words themselves repeat is struck out (`Redaction`): they end up in logs and in the checkpoint.
enum ServerWords {
    static let longest = 300

    /// Nil when the answer holds no words.
    ///
    /// - Parameter sent: the request that is answered, where it held somebody's data.
    static func read(_ answer: Answer, token: Secret?, sent: CreateRequest? = nil) -> String? {
        let isHTML = answer.headers.first(name: "Content-Type")?.lowercased().contains("html") ?? false
        let words: String?
        if let json = try? JSONSerialization.jsonObject(with: answer.body, options: .fragmentsAllowed) {
            words = read(json)
        } else {
            words = isHTML ? nil : String(decoding: answer.body, as: UTF8.self)
        }
        return words.flatMap { tidy($0, token: token, sent: sent) }
    }

    /// One line without control characters and without what may not be told; nil when nothing is left.
    static func tidy(_ text: String, token: Secret? = nil, sent: CreateRequest? = nil) -> String? {
        // Before it is cut: what is cut through would no longer be recognised.
        let line = Redaction(token: token, sent: sent).applied(to: inOneLine(text))
        guard !line.isEmpty else { return nil }
        return line.count <= longest ? line : line.prefix(longest - 1) + "…"
    }

    static func inOneLine(_ text: String) -> String {
        let printable = text.unicodeScalars.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            // Format characters too: they turn the direction of a terminal's text.
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: " "
            default: Character(scalar)
            }
        }
        return String(printable).split(separator: " ").joined(separator: " ")
    }

    private static func read(_ json: Any) -> String? {
        switch json {
        case let text as String: text
        case let list as [Any]: list.compactMap(finding).joined(separator: "; ")
        case let object as [String: Any]:
            if let detail = object["detail"], !(detail is NSNull) { read(detail) } else { problem(object) }
        default: nil
        }
    }

    /// One of a list: `{"loc": ["body", "customer_id"], "msg": "…", "type": "…"}`, or plain text.
    private static func finding(_ item: Any) -> String? {
        if let text = item as? String { return text }
        guard let object = item as? [String: Any], let message = object["msg"] as? String else { return nil }
        let place = (object["loc"] as? [Any] ?? []).map { "\($0)" }.filter { $0 != "body" }.joined(separator: ".")
        return place.isEmpty ? message : place + ": " + message
    }

    /// An object such as the one of 402: `error`, `message`, `feature`, and for limits `current` and `limit`.
    private static func problem(_ object: [String: Any]) -> String? {
        var parts = ["error", "message", "msg", "title"].compactMap { object[$0] as? String }
        if let feature = object["feature"] as? String { parts.append("feature: " + feature) }
        if let current = object["current"] as? Int, let limit = object["limit"] as? Int {
            parts.append("\(current) of \(limit)")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
