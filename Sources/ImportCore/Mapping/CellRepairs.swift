/// The plan's repairs of values, compiled: they change cells before any rule looks at them, and count what they changed.
///
/// What is made shorter is only pointed at otherwise; the batch's slab grows for what becomes another text.
struct CellRepairs: Sendable {
    /// A double holds every whole number of so many digits, and a spreadsheet shows no more of them: with more, some are
    /// lost (IEEE 754; Excel's specification).
    private static let exactDigits = 15

    private let repairs: Set<Repair>
    /// Columns that an id is made of, and their names.
    private var idColumns: [(column: Int, name: String)] = []
    /// Columns that a text for people is made of.
    private var textColumns: [Int] = []

    init(_ repairs: Set<Repair>) { self.repairs = repairs }

    var isEmpty: Bool { repairs.isDisjoint(with: [.excelDecimalIDs, .leadingApostrophe, .literalNewlines]) }

    /// Notes what a column is for: the field of the conversation that is made of it.
    mutating func note(_ column: Int, named name: String, for field: String) {
        if Self.idFields.contains(field), !idColumns.contains(where: { $0.column == column }) {
            idColumns.append((column, name))
        }
        if Self.textFields.contains(field), !textColumns.contains(column) { textColumns.append(column) }
    }

    private static let idFields: Set = Set(
        [TextField.key, .customerID, .assigneeID, .channelID, .customerExternalID].map(\.name) + ["messages.id"])
    private static let textFields: Set = Set(
        [TextField.initialMessage, .subject].map(\.name) + ["messages.content"])

    /// - Parameters:
    ///   - owners: for each row its record; nil where rows are records.
    ///   - columns: the number of cells in a row.
    func run(over cells: inout [Cell], columns: Int, owners: [Int32]? = nil, into target: inout MappingTarget) {
        guard !isEmpty, columns > 0 else { return }
        // A part of a cell is no cell that a spreadsheet could run.
        if repairs.contains(.leadingApostrophe) && owners == nil { removeApostrophes(from: &cells, in: &target) }
        for row in stride(from: 0, to: cells.count, by: columns) {
            if repairs.contains(.excelDecimalIDs) {
                for (column, name) in idColumns where cells[row + column].isText {
                    repairID(&cells[row + column], named: name, in: &target) {
                        owners.map { Int($0[row / columns]) } ?? row / columns
                    }
                }
            }
            if repairs.contains(.literalNewlines) {
                for column in textColumns where cells[row + column].isText {
                    repairNewlines(&cells[row + column], in: &target)
                }
            }
        }
    }

    private func removeApostrophes(from cells: inout [Cell], in target: inout MappingTarget) {
        var number = 0
        target.slab.withUnsafeBufferPointer { slab in
            for index in cells.indices where cells[index].isText && cells[index].range.length > 1 {
                let start = Int(cells[index].range.offset)
                guard slab[start] == UInt8(ascii: "'"), Self.formulaSigns.contains(slab[start + 1]) else { continue }
                cells[index].range.offset += 1
                cells[index].range.length -= 1
                number += 1
            }
        }
        target.count(.leadingApostrophe, number)
    }

    private static let formulaSigns: [UInt8] = Array("=-+@".utf8)

    private func repairID(
        _ cell: inout Cell, named name: String, in target: inout MappingTarget, record: () -> Int
    ) {
        let text = target.slab[cell.range.bounds]
        guard let point = text.firstIndex(of: UInt8(ascii: ".")), point > text.startIndex, point + 1 < text.endIndex,
            text[..<point].allSatisfy({ (0x30...0x39).contains($0) }),
            text[(point + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") })
        else { return }
        guard point - text.startIndex <= Self.exactDigits else {
            target.find(.roundedID(field: name), at: record())
            return
        }
        cell.range.length = UInt32(point - text.startIndex)
        target.count(.excelDecimalIDs, 1)
    }

    private func repairNewlines(_ cell: inout Cell, in target: inout MappingTarget) {
        let text = target.slab[cell.range.bounds]
        // A text with real line breaks means what it says.
        guard text.contains(UInt8(ascii: "\\")), !text.contains(0x0A), !text.contains(0x0D) else { return }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let rest = text[index...]
            if let sign = Self.lineBreaks.first(where: { rest.starts(with: $0) }) {
                result.append(0x0A)
                index += sign.count
            } else {
                result.append(text[index])
                index += 1
            }
        }
        guard result.count < text.count else { return }
        cell.range = target.append(result)
        target.count(.literalNewlines, 1)
    }

    /// The longer one first.
    private static let lineBreaks: [[UInt8]] = [Array(#"\r\n"#.utf8), Array(#"\n"#.utf8)]
}

extension Cell {
    /// Whether it has text that came from the file: what an object holds is not looked into.
    fileprivate var isText: Bool { (kind == .text || kind == .number) && range.isPresent }
}

extension MappingTarget {
    fileprivate mutating func count(_ repair: Repair, _ number: Int) {
        if number > 0 { repairs[repair.rawValue, default: 0] += number }
    }
}
