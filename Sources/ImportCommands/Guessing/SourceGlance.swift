import FileReading
import Foundation
import ImportCore

/// What the bytes of a file are, found by reading them as the program will: container, dialect, header, and fields.
struct SourceGlance {
    enum Container: String {
        case csv = "CSV"
        case lines = "JSON Lines"
        case list = "a JSON list"
        case page = "a page of an API"
    }

    /// Records of JSON that are looked into; of CSV all are.
    static let mostDocuments = 10_000

    let path: String
    var container = Container.csv
    var dialect = SourceDescription.Dialect()
    var header: CSVHeader?
    var hasByteOrderMark = false
    var records = 0
    var unreadable = 0
    /// What the encoding of the file is like where it is not one; nil where it is.
    var mixture: String?
    /// What stands behind the last record that can be read: lines with another number of fields than the header.
    private var tail: [String] = []
    private(set) var fields: [FieldProfile] = []
    private var places: [String: Int] = [:]
    /// Records of a connector's envelope by their stream; empty where there is none.
    var streams: [String: Int] = [:]

    init(path: String) { self.path = path }

    var isJSON: Bool { container != .csv }
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

    static func look(at path: String) async throws -> SourceGlance {
        var glance = SourceGlance(path: path)
        let encoding = try EncodingGlance.check(path)
        (glance.hasByteOrderMark, glance.mixture) = (encoding.hasByteOrderMark, encoding.mixture)
        if try isJSON(path) {
            try await glance.readDocuments(
                OpenedSource.open([path], relativeTo: "", format: .jsonl, dialect: glance.dialect))
            return glance
        }
        let unread = glance
        try await glance.readRows(in: DialectGlance.dialect(of: path))
        guard let footer = glance.footer else { return glance }
        // Lines at the end may be damaged records: what begins like them must cost no record.
        var other = unread
        var dialect = glance.dialect
        dialect.footers = [footer]
        try await other.readRows(in: dialect)
        return other.records - other.unreadable == glance.records - glance.unreadable ? other : glance
    }

    private static func isJSON(_ path: String) throws -> Bool {
        do throws(InputError) {
            return try OpenedSource.open([path], relativeTo: "", format: nil, dialect: .init()).format == .jsonl
        } catch {
            switch error {
            // What is no header in the common dialect may be one in another; only CSV has any.
            case .preamble, .brokenHeader: return false
            default: throw error
            }
        }
    }

    // MARK: - CSV

    private mutating func readRows(in dialect: SourceDescription.Dialect) async throws {
        self.dialect = dialect
        let opened = try OpenedSource.open([path], relativeTo: "", format: .csv, dialect: dialect)
        header = opened.headers.first
        let names = header?.names ?? []
        let layout = RecordLayout(columns: names.indices.map { FieldPath(literal: "[\($0)]") })
        for name in names { enter(nil, at: name) }
        let source = opened.records(layout, columns: [Array(names.indices)], limits: Limits())
        try await read(source) { glance, batch, index in
            for (column, name) in names.enumerated() {
                let cell = batch.cells[index * batch.columnCount + column]
                guard cell.range.isPresent else { continue }
                glance.enter(String(decoding: batch.slab[cell.range.bounds], as: UTF8.self), at: name)
            }
            return true
        }
    }

    private mutating func read(
        _ source: some RecordSource, _ body: (inout SourceGlance, RecordBatch, Int) -> Bool
    ) async throws {
        while case .piece(let piece) = try await source.nextPiece() {
            let (batch, mark) = source.read(piece)
            guard await source.accept(piece, mark) != nil else { continue }
            let broken = Dictionary(batch.unreadable.map { ($0.index, $0.finding.code) }) { first, _ in first }
            for index in batch.records.indices {
                records += 1
                if let code = broken[index] {
                    unreadable += 1
                    let line = batch.raw[batch.records[index].raw.bounds]
                    tail.append(code == .csvFieldCount ? String(decoding: line.prefix(120), as: UTF8.self) : "")
                    continue
                }
                tail.removeAll()
                if !body(&self, batch, index) {
                    return
                }
            }
        }
    }

    /// More lines are no footer.
    private static let longestFooter = 30

    /// How the lines begin that stand behind the records, up to what may differ in the next export: a number, a date.
    private var footer: String? {
        guard let first = tail.first, tail.count <= Self.longestFooter, unreadable < records, !tail.contains("") else {
            return nil
        }
        let text = first.drop { $0 == "\"" }
        let delimiter = Character(UnicodeScalar(dialect.delimiter))
        let beginning = text.prefix { !$0.isNumber && !$0.isNewline && $0 != delimiter && !"\"(".contains($0) }
        let trimmed = beginning.prefix(40).trimmingCharacters(in: .whitespaces)
        return trimmed.isEmpty ? nil : trimmed
    }

    // MARK: - JSON

    private mutating func readDocuments(_ opened: OpenedSource) async throws {
        let source = opened.records(RecordLayout(columns: []), columns: [], limits: Limits())
        var isFirst = true
        try await read(source) { glance, batch, index in
            let record = batch.records[index]
            let document = batch.raw[record.raw.bounds]
            if isFirst {
                isFirst = false
                glance.container = Self.container(path: glance.path, firstRecord: document)
            }
            if let object = try? JSONSerialization.jsonObject(with: Data(document)) as? [String: Any] {
                glance.enter(object)
            }
            return glance.records < Self.mostDocuments
        }
        if isFirst { container = .lines }
    }

    private static func container(path: String, firstRecord: ArraySlice<UInt8>) -> Container {
        guard let file = try? FileHandle(forReadingFrom: URL(filePath: path)),
            let head = try? file.read(upToCount: 4096)
        else { return .lines }
        let text = head.drop { [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if text.first == UInt8(ascii: "[") { return .list }
        return text.prefix(firstRecord.count).elementsEqual(firstRecord.prefix(text.count)) ? .lines : .page
    }

    private mutating func enter(_ object: [String: Any]) {
        if let stream = object["stream"] as? String,
            object["data"] is [String: Any] || object["record"] is [String: Any]
        {
            streams[stream, default: 0] += 1
        }
        add(object, under: "", depth: 0)
    }

    /// Deeper than any preset reaches, keys that are data would only fill the memory.
    private static let deepest = 4
    private static let mostPaths = 2_000

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
