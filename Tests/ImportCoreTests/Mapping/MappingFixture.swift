@testable import ImportCore

/// Rules of a plan, and batches made by hand, as the mapping's tests write them.
enum Rules {
    static func field(_ name: String, line: Int = 1) -> ValueRule {
        ValueRule(.field(FieldReference(path: FieldPath(literal: name), line: line)), line: line)
    }

    static func path(_ path: String, line: Int = 1) -> FieldReference {
        FieldReference(path: FieldPath(path: path) ?? FieldPath(literal: path), line: line)
    }

    static func plan(
        texts: [TextField: ValueRule] = [:], times: [TimeField: ValueRule] = [:], status: ValueRule? = nil,
        messages: MessageRules? = nil, nulls: [String] = [""]
    ) -> Plan {
        var rules = ConversationRules()
        rules.texts = texts
        rules.times = times
        rules.status = status
        return Plan(
            path: "plan.yaml", name: "acme", businessID: "b2c3d4e5-f6a7-8901-bcde-f12345678901",
            source: SourceDescription(
                files: ["a.csv"], format: nil, dialect: .init(), key: field("id"), nullValues: nulls,
                messages: messages),
            conversation: rules, customer: nil, destinations: Destinations(sandbox: APIOptions(), api: nil),
            limits: Limits(), duplicates: .reject, meaning: [])
    }

    static func compile(
        _ plan: Plan, headers: [[String]] = [], lookups: [LookupRule: any LookupTable] = [:]
    ) throws(MappingError) -> MappingProgram {
        try MappingCompiler.compile(
            plan, headers: headers.map { CSVHeader(names: $0) },
            fileNames: headers.indices.map { ["a.csv", "b.csv", "c.csv"][$0] }, lookups: lookups)
    }

    /// What is wrong with a plan; empty where nothing is.
    static func problems(_ plan: Plan, headers: [[String]]) -> [MappingError.Problem] {
        do {
            _ = try compile(plan, headers: headers)
            return []
        } catch {
            return error.problems
        }
    }
}

/// A cell as a reader would fill it.
enum TestCell: ExpressibleByStringLiteral {
    case text(String)
    case missing, null, object

    init(stringLiteral value: String) { self = .text(value) }
}

extension RecordBatch {
    /// Records with one cell for each column of a program's layout, in its order.
    init(_ layout: RecordLayout, _ rows: [[String: TestCell]], items: [[[String: TestCell]]] = []) {
        self.init(columnCount: layout.columns.count, itemColumnCount: layout.list?.columns.count ?? 0)
        for (index, row) in rows.enumerated() {
            for column in layout.columns { cells.append(cell(row[column.text] ?? .missing)) }
            let start = itemColumnCount == 0 ? 0 : itemCells.count / itemColumnCount
            let own = index < items.count ? items[index] : []
            for item in own {
                for column in layout.list?.columns ?? [] { itemCells.append(cell(item[column.text] ?? .missing)) }
            }
            records.append(
                Record(
                    place: Place(file: 0, line: index, record: index, offset: 0), raw: ByteRange(offset: 0, length: 0),
                    items: start..<start + own.count, listKind: own.isEmpty ? .missing : .array))
        }
    }

    private mutating func cell(_ value: TestCell) -> Cell {
        switch value {
        case .missing: return Cell(.missing, .none)
        case .null: return Cell(.null, .none)
        case .text(let text):
            defer { slab += Array(text.utf8) }
            return Cell(.text, ByteRange(offset: slab.count, length: text.utf8.count))
        case .object:
            defer { slab += Array("{}".utf8) }
            return Cell(.object, ByteRange(offset: slab.count, length: 2))
        }
    }
}

extension DraftBatch {
    func text(_ field: TextField) -> [String?] {
        texts[field.rawValue].map { string($0) }
    }

    func string(_ range: ByteRange) -> String? {
        range.isNone ? nil : String(decoding: records.slab[range.bounds], as: UTF8.self)
    }

    /// `0 status value.unknown`
    var found: [String] { findings.map { "\($0.index) \($0.finding.field ?? "-") \($0.finding.code.rawValue)" } }
}
