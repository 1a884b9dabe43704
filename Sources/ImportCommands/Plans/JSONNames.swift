import Foundation
import ImportCore

/// The paths that occur in the first JSON documents of a source, to name the one that a mistyped path was meant to be.
///
/// They may hold people's data where an export uses it for keys, so no list of them is ever shown.
struct JSONNames {
    /// An export whose keys are data has any number of them: more than these are not kept.
    private static let most = 10_000
    /// Deeper and farther than any plan reaches.
    private static let deepest = 8
    private static let itemsSeen = 3

    private(set) var records = 0
    private var paths: Set<String> = []
    private var itemPaths: Set<String> = []
    private let list: FieldPath?
    private let text: (ArraySlice<UInt8>) -> ArraySlice<UInt8>

    /// - Parameters:
    ///   - list: where the messages of a record are; nil where the plan reads none.
    ///   - text: makes UTF-8 of the source's bytes.
    init(list: FieldPath?, text: @escaping (ArraySlice<UInt8>) -> ArraySlice<UInt8>) {
        self.list = list
        self.text = text
    }

    /// In the order of the alphabet, so that of equally near names always the same is found.
    var ofRecords: [String] { paths.sorted() }
    var ofMessages: [String] { itemPaths.sorted() }

    mutating func enter(_ source: some RecordSource) async throws {
        while records < SourceSample.size, case .piece(let piece) = try await source.nextPiece() {
            let (batch, mark) = source.read(piece)
            guard await source.accept(piece, mark) != nil else { continue }
            for record in batch.records.prefix(SourceSample.size - records) {
                enter(text(batch.raw[record.raw.bounds]))
            }
        }
    }

    private mutating func enter(_ document: ArraySlice<UInt8>) {
        records += 1
        guard let object = try? JSONSerialization.jsonObject(with: Data(document)) as? [String: Any] else { return }
        Self.add(object, to: &paths)
        guard let list, let items = Self.value(at: list.steps[...], in: object) as? [Any] else { return }
        for case let item as [String: Any] in items.prefix(Self.itemsSeen) { Self.add(item, to: &itemPaths) }
    }

    private static func add(_ value: Any, to paths: inout Set<String>, under path: String = "", depth: Int = 0) {
        guard depth < deepest, paths.count < most else { return }
        var parts: [(path: String, value: Any)] = []
        if let object = value as? [String: Any] {
            parts = object.map { (path.isEmpty ? $0.key : path + "." + $0.key, $0.value) }
        } else if let items = value as? [Any] {
            parts = items.prefix(itemsSeen).enumerated().map { ("\(path)[\($0.offset)]", $0.element) }
        }
        for part in parts {
            paths.insert(part.path)
            add(part.value, to: &paths, under: part.path, depth: depth + 1)
        }
    }

    private static func value(at steps: ArraySlice<FieldPath.Step>, in value: Any) -> Any? {
        guard let step = steps.first else { return value }
        let next: Any? =
            switch step {
            case .name(let name): (value as? [String: Any])?[name]
            case .index(let index): (value as? [Any]).flatMap { index < $0.count ? $0[index] : nil }
            }
        return next.flatMap { Self.value(at: steps.dropFirst(), in: $0) }
    }
}
