import Foundation

/// The fields of records, in the order of their first appearance, with what their values have in common.
struct FieldTable {
    /// Deeper than any preset reaches, keys that are data would only fill the memory.
    private static let deepest = 4
    private static let mostPaths = 2_000

    private(set) var fields: [FieldProfile] = []
    private var places: [String: Int] = [:]
    /// The records entered.
    var records = 0

    var paths: Set<String> { Set(places.keys) }

    func field(_ name: String) -> FieldProfile? { places[name].map { fields[$0] } }

    mutating func enter(_ text: String?, at name: String) {
        let index: Int
        if let known = places[name] {
            index = known
        } else {
            index = fields.count
            places[name] = index
            fields.append(FieldProfile(name: name))
        }
        if let text { fields[index].enter(text) }
    }

    mutating func enter(_ record: [String: Any]) {
        records += 1
        add(record, under: "", depth: 0)
    }

    private mutating func add(_ value: Any, under path: String, depth: Int) {
        if let object = value as? [String: Any] {
            if !path.isEmpty { enter(nil, at: path) }
            guard depth < Self.deepest, fields.count < Self.mostPaths else { return }
            // In one order, whatever a dictionary's is.
            for key in object.keys.sorted() {
                object[key].map { add($0, under: path.isEmpty ? key : path + "." + key, depth: depth + 1) }
            }
        } else if let text = value as? String {
            enter(text, at: path)
        } else if let number = value as? NSNumber {
            enter(number.stringValue, at: path)
        } else {
            enter(nil, at: path)
        }
    }
}
