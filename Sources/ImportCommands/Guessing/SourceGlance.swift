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
    var encoding = EncodingGlance.Finding()
    /// How the file is compressed; nil for one that is not.
    var compression: String?
    var records = 0
    var unreadable = 0
    /// What stands behind the last record that can be read: lines with another number of fields than the header.
    private var tail: [String] = []
    /// The fields of all records, or of the connector's stream that is taken.
    private(set) var table = FieldTable()
    /// What a connector has put around each record; nil for none.
    private(set) var envelope: ConnectorEnvelope?
    /// The fields by the envelope in which they came.
    private(set) var streams: [ConnectorEnvelope: FieldTable] = [:]
    /// Documents of a connector that hold no record.
    private var talk = 0

    init(path: String) { self.path = path }

    var isJSON: Bool { container != .csv }
    var fields: [FieldProfile] { table.fields }
    var paths: Set<String> { table.paths }
    /// The records that may become conversations and can be read.
    var tickets: Int { envelope == nil ? records - unreadable : table.records }

    func field(_ name: String) -> FieldProfile? { table.field(name) }

    /// - Parameter encoding: the file's, where a person has said it; nil: its mark tells, or it must be UTF-8.
    static func look(at path: String, encoding: String?) async throws -> SourceGlance {
        var glance = SourceGlance(path: path)
        let sample = try FileSample(of: path, upTo: EncodingGlance.sample)
        glance.compression = sample.compression
        glance.encoding = try EncodingGlance.check(sample, path: path, stated: encoding)
        if let first = try json(path, encoding) {
            try await glance.readDocuments(first, head: first.text(of: sample.bytes.prefix(Self.headBytes)))
            return glance
        }
        let unread = glance
        try await glance.readRows(in: DialectGlance.dialect(of: path, encoding: encoding), encoding)
        guard let footer = glance.footer else { return glance }
        // Lines at the end may be damaged records: what begins like them must cost no record.
        var other = unread
        var dialect = glance.dialect
        dialect.footers = [footer]
        try await other.readRows(in: dialect, encoding)
        return other.records - other.unreadable == glance.records - glance.unreadable ? other : glance
    }

    /// The file as JSON; nil for one that is none.
    private static func json(_ path: String, _ encoding: String?) throws -> OpenedSource? {
        do throws(InputError) {
            let opened = try OpenedSource.open(
                [path], relativeTo: "", format: nil, dialect: .init(), encoding: encoding)
            return opened.format == .jsonl ? opened : nil
        } catch {
            switch error {
            // What is no header in the common dialect may be one in another; only CSV has any.
            case .preamble, .brokenHeader: return nil
            default: throw error
            }
        }
    }

    /// Enough to see what stands before the first record.
    private static let headBytes = 4096

    // MARK: - CSV

    private mutating func readRows(in dialect: SourceDescription.Dialect, _ encoding: String?) async throws {
        self.dialect = dialect
        let opened = try OpenedSource.open([path], relativeTo: "", format: .csv, dialect: dialect, encoding: encoding)
        header = opened.headers.first
        let names = header?.names ?? []
        let layout = RecordLayout(columns: names.indices.map { FieldPath(literal: "[\($0)]") })
        for name in names { table.enter(nil, at: name) }
        let source = opened.records(layout, columns: [Array(names.indices)], limits: Limits())
        try await read(source) { glance, batch, index in
            for (column, name) in names.enumerated() {
                let cell = batch.cells[index * batch.columnCount + column]
                guard cell.range.isPresent else { continue }
                glance.table.enter(String(decoding: batch.slab[cell.range.bounds], as: UTF8.self), at: name)
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

    private mutating func readDocuments(_ opened: OpenedSource, head: ArraySlice<UInt8>) async throws {
        let source = opened.records(RecordLayout(columns: []), columns: [], limits: Limits())
        var isFirst = true
        try await read(source) { glance, batch, index in
            let document = opened.text(of: batch.raw[batch.records[index].raw.bounds])
            if isFirst {
                isFirst = false
                glance.container = Self.container(head: head, firstRecord: document)
            }
            if let object = try? JSONSerialization.jsonObject(with: Data(document)) as? [String: Any] {
                glance.enter(object)
            }
            return glance.records < Self.mostDocuments
        }
        if isFirst { container = .lines }
        takeStream()
    }

    private static func container(head: ArraySlice<UInt8>, firstRecord: ArraySlice<UInt8>) -> Container {
        let text = head.drop { [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if text.first == UInt8(ascii: "[") { return .list }
        return text.prefix(firstRecord.count).elementsEqual(firstRecord.prefix(text.count)) ? .lines : .page
    }

    private mutating func enter(_ document: [String: Any]) {
        if let envelope = ConnectorEnvelope.of(document), let record = envelope.content(of: document) {
            streams[envelope, default: FieldTable()].enter(record)
        } else if ConnectorEnvelope.isTalk(document) {
            talk += 1
        }
        table.enter(document)
    }

    /// Of a file that a connector wrote, the stream that holds the tickets: one that is recognised, then one that is
    /// called so, then the largest. A file with anything else in it is none of a connector's.
    private mutating func takeStream() {
        let wrapped = streams.values.reduce(0) { $0 + $1.records }
        guard wrapped > 0, wrapped + talk == records - unreadable else {
            streams = [:]
            return
        }
        let best = streams.max { left, right in
            let (one, other) = (rank(left), rank(right))
            if one != other { return one.lexicographicallyPrecedes(other) }
            return (left.key.stream ?? "") > (right.key.stream ?? "")
        }
        guard let best else { return }
        envelope = best.key
        table = best.value
    }

    private func rank(_ stream: (key: ConnectorEnvelope, value: FieldTable)) -> [Int] {
        let signs = PresetRecognition.of(paths: stream.value.paths)?.signs.count ?? 0
        return [signs, stream.key.likelihood, stream.value.records]
    }
}
