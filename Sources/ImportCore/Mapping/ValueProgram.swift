/// A rule of the plan, compiled: it fills one column of a batch in one go.
struct ValueProgram: Sendable {
    enum Origin: Sendable {
        case column(Int)
        case constant([UInt8])
        case template([Part])
        case firstOf([ValueProgram])
        case when([ConditionProgram], then: [UInt8])
        /// Exactly one program; a list, since a value cannot hold itself.
        case guarded([ConditionProgram], then: [ValueProgram])
    }

    enum Part: Sendable {
        case text([UInt8])
        case column(Int)
    }

    enum Meaning: Sendable {
        case text
        case values(ValueTable)
        case lookup(any LookupTable, file: String)
        case presence([UInt8])
    }

    enum Otherwise: Sendable {
        case reject
        case none
        case constant([UInt8])
    }

    /// The conversation's field, for messages.
    let field: String
    let origin: Origin
    let conversions: [TextConversion]
    let meaning: Meaning
    let otherwise: Otherwise
    /// Whether `otherwise` also answers for a value that is not there.
    let coversMissing: Bool
    let nulls: NullSpellings

    /// One value for each row, its text in the slab.
    func run(over table: CellTable, into target: inout MappingTarget) -> [ByteRange] {
        var column = take(from: table, into: &target)
        if !conversions.isEmpty { convert(&column, of: table, in: &target) }
        switch meaning {
        case .text, .presence: break
        case .values(let values): replace(&column, by: values, of: table, in: &target)
        case .lookup(let lookup, let file): look(up: &column, in: lookup, named: file, of: table, target: &target)
        }
        if case .presence(let text) = meaning {
            let constant = target.append(text)
            for row in column.indices where column[row].isPresent { column[row] = constant }
        }
        if coversMissing { fillMissing(&column, of: table, in: &target) }
        return column
    }

    // MARK: - Taking

    private func take(from table: CellTable, into target: inout MappingTarget) -> [ByteRange] {
        switch origin {
        case .column(let index): takeColumn(index, from: table, target: &target)
        case .constant(let text): Array(repeating: target.append(text), count: table.rows)
        case .template(let parts): takeTemplate(parts, from: table, target: &target)
        case .firstOf(let programs): takeFirst(of: programs, from: table, target: &target)
        case .when(let conditions, let text): takeText(text, where: conditions, from: table, target: &target)
        case .guarded(let conditions, let programs):
            takeValue(of: programs[0], where: conditions, from: table, target: &target)
        }
    }

    private func takeColumn(_ index: Int, from table: CellTable, target: inout MappingTarget) -> [ByteRange] {
        var unfit: [Int] = []
        let column = target.slab.withUnsafeBufferPointer { slab in
            [ByteRange](unsafeUninitializedCapacity: table.rows) { buffer, count in
                for row in 0..<table.rows {
                    let cell = table.cell(row, index)
                    buffer[row] = value(of: cell, in: slab)
                    if cell.kind.rawValue >= Cell.Kind.object.rawValue { unfit.append(row) }
                }
                count = table.rows
            }
        }
        for row in unfit { target.find(notText, at: table.record(of: row)) }
        return column
    }

    /// A cell's text, or none where it is missing, null, or spelled as null.
    @inline(__always)
    private func value(of cell: Cell, in slab: UnsafeBufferPointer<UInt8>) -> ByteRange {
        guard cell.kind.rawValue >= Cell.Kind.text.rawValue, cell.kind.rawValue < Cell.Kind.object.rawValue,
            cell.range.isPresent
        else { return .none }
        return nulls.contains(UnsafeBufferPointer(rebasing: slab[cell.range.bounds])) ? .none : cell.range
    }

    private var notText: Finding {
        Finding(
            .valueNotText, field: field, "the value is an object or a list",
            hint: "name the part of it that is meant, as in requester.email or tags[0]")
    }

    /// Two passes over the batch: how much room the texts take, and then the texts, into room made once.
    private func takeTemplate(_ parts: [Part], from table: CellTable, target: inout MappingTarget) -> [ByteRange] {
        var room = 0
        for part in parts {
            switch part {
            case .text(let text): room += text.count * table.rows
            case .column(let index):
                for row in 0..<table.rows {
                    let cell = table.cell(row, index)
                    if cell.range.isPresent { room += Int(cell.range.length) }
                    if cell.kind.rawValue >= Cell.Kind.object.rawValue {
                        target.find(notText, at: table.record(of: row))
                    }
                }
            }
        }
        let start = target.slab.count
        var end = start
        var column: [ByteRange] = []
        column.reserveCapacity(table.rows)
        target.grow(by: room)
        target.slab.withUnsafeMutableBufferPointer { slab in
            let source = UnsafeBufferPointer(slab)
            guard let base = slab.baseAddress else { return }
            for row in 0..<table.rows {
                let rowStart = end
                var isEmpty = true
                for part in parts {
                    switch part {
                    case .text(let text):
                        text.withUnsafeBufferPointer { text in
                            if let from = text.baseAddress { (base + end).update(from: from, count: text.count) }
                        }
                        end += text.count
                    case .column(let index):
                        let range = value(of: table.cell(row, index), in: source)
                        guard range.isPresent, range.length > 0 else { continue }
                        (base + end).update(from: base + Int(range.offset), count: Int(range.length))
                        end += Int(range.length)
                        isEmpty = false
                    }
                }
                if isEmpty {
                    end = rowStart
                    column.append(.none)
                } else {
                    column.append(ByteRange(offset: rowStart, length: end - rowStart))
                }
            }
        }
        target.slab.removeLast(start + room - end)
        return column
    }

    private func takeFirst(
        of programs: [ValueProgram], from table: CellTable, target: inout MappingTarget
    ) -> [ByteRange] {
        var column = Array(repeating: ByteRange.none, count: table.rows)
        for (index, program) in programs.enumerated() {
            // What has its value is not asked again: a later rule may not know what an earlier one has answered.
            let rest = index == 0 ? table : table.asking(column.map(\.isNone))
            let candidate = program.run(over: rest, into: &target)
            var isComplete = true
            for row in 0..<table.rows where column[row].isNone {
                column[row] = candidate[row]
                if candidate[row].isNone { isComplete = false }
            }
            if isComplete { break }
        }
        return column
    }

    private func takeText(
        _ text: [UInt8], where conditions: [ConditionProgram], from table: CellTable, target: inout MappingTarget
    ) -> [ByteRange] {
        let text = target.append(text)
        return conditions.met(over: table, in: &target).map { $0 ? text : .none }
    }

    private func takeValue(
        of program: ValueProgram, where conditions: [ConditionProgram], from table: CellTable,
        target: inout MappingTarget
    ) -> [ByteRange] {
        let met = conditions.met(over: table, in: &target)
        let column = program.run(over: table.asking(met), into: &target)
        return met.indices.map { met[$0] ? column[$0] : .none }
    }

    // MARK: - Changing

    private func convert(_ column: inout [ByteRange], of table: CellTable, in target: inout MappingTarget) {
        var text: [UInt8] = []
        for row in column.indices where column[row].isPresent {
            let before = target.slab[column[row].bounds]
            text.removeAll(keepingCapacity: true)
            text.append(contentsOf: before)
            do throws(TextConversionFault) {
                for conversion in conversions { try conversion.apply(to: &text) }
            } catch {
                target.find(unreadable(error), at: table.record(of: row))
                column[row] = .none
                continue
            }
            if text.elementsEqual(before) { continue }
            column[row] = text.isEmpty ? .none : target.append(text)
        }
    }

    private func unreadable(_ fault: TextConversionFault) -> Finding {
        Finding(
            .markupUnreadable, field: field, "the markup cannot be turned into text: \(fault.words)",
            hint: "correct it, or carry it as it is: take the conversion out of the plan")
    }

    private func replace(
        _ column: inout [ByteRange], by values: ValueTable, of table: CellTable, in target: inout MappingTarget
    ) {
        let results = values.results.map { target.append($0) }
        let constant = otherwiseRange(in: &target)
        var unknown: [Int] = []
        target.slab.withUnsafeBufferPointer { slab in
            for row in column.indices where column[row].isPresent {
                if let index = values.index(of: UnsafeBufferPointer(rebasing: slab[column[row].bounds])) {
                    column[row] = results[index]
                } else {
                    unknown.append(row)
                }
            }
        }
        for row in unknown {
            if case .reject = otherwise {
                let shown = ShownValue.text(target.slab[column[row].bounds])
                target.find(
                    Finding(
                        field == "status" ? .statusUnknown : .valueUnknown, field: field,
                        "\(field) is \(shown); the plan maps \(values.spoken)",
                        hint: "add it to values in the plan, or say with otherwise: what it becomes"),
                    at: table.record(of: row))
            }
            column[row] = constant
        }
    }

    private func look(
        up column: inout [ByteRange], in lookup: any LookupTable, named file: String, of table: CellTable,
        target: inout MappingTarget
    ) {
        let constant = otherwiseRange(in: &target)
        for row in column.indices where column[row].isPresent {
            let found = target.slab.withUnsafeBufferPointer {
                lookup.value(for: UnsafeBufferPointer(rebasing: $0[column[row].bounds]))
            }
            if let found {
                column[row] = target.append(found)
                continue
            }
            if case .reject = otherwise {
                target.find(
                    Finding(
                        .lookupMissing, field: field, "the value for \(field) does not stand in \(file)",
                        hint: "add it to \(file), or say otherwise: none"),
                    at: table.record(of: row))
            }
            column[row] = constant
        }
    }

    private func fillMissing(_ column: inout [ByteRange], of table: CellTable, in target: inout MappingTarget) {
        let constant = otherwiseRange(in: &target)
        for row in column.indices where column[row].isNone && table.asks(for: row) {
            // A row that was found wrong already is none too; it is not said twice.
            if case .reject = otherwise, !target.isFound(field, at: table.record(of: row)) {
                target.find(
                    Finding(
                        .valueMissing, field: field, "\(field) has no value",
                        hint: "give the record one, or say otherwise: none in the plan"),
                    at: table.record(of: row))
            }
            column[row] = constant
        }
    }

    private func otherwiseRange(in target: inout MappingTarget) -> ByteRange {
        if case .constant(let text) = otherwise { target.append(text) } else { .none }
    }
}

/// The pairs of `values`, for exact comparison.
struct ValueTable: Sendable {
    private let keys: [[UInt8]]
    private let places: [[UInt8]: Int]
    let results: [[UInt8]]
    /// The keys as a message lists them.
    let spoken: String

    init(_ pairs: [ValueRule.ValuePair]) {
        keys = pairs.map { Array($0.from.utf8) }
        results = pairs.map { Array($0.to.utf8) }
        places = Dictionary(keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        spoken = pairs.map(\.from).joined(separator: ", ")
    }

    func index(of value: UnsafeBufferPointer<UInt8>) -> Int? {
        // A handful of short keys is compared faster than hashed.
        if keys.count <= 16 {
            for index in keys.indices where keys[index].count == value.count {
                var isSame = true
                for (position, byte) in keys[index].enumerated() where byte != value[position] {
                    isSame = false
                    break
                }
                if isSame { return index }
            }
            return nil
        }
        return places[Array(value)]
    }
}
