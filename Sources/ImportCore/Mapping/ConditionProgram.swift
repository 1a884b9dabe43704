/// A condition of the plan, compiled: asked of all rows in one go.
struct ConditionProgram: Sendable {
    enum Test: Sendable {
        case isAny(Set<[UInt8]>)
        case isNone(Set<[UInt8]>)
        /// The value that this has for the row's record.
        case sameAs(ValueProgram)
        /// In lower case.
        case domain(Set<[UInt8]>)
        case present(Bool)
    }

    let value: ValueProgram
    let test: Test

    /// For each row whether the condition holds.
    func run(over table: CellTable, in target: inout MappingTarget) -> [Bool] {
        let values = value.run(over: table, into: &target)
        // A program fills the slab, so that both have run before it is looked at.
        var others: [ByteRange] = []
        if case .sameAs(let program) = test { others = program.run(over: table.ofRecords, into: &target) }
        return target.slab.withUnsafeBufferPointer { slab in
            values.indices.map { row in
                guard values[row].isPresent, values[row].length > 0 else { return test.isMetByNothing }
                let value = slab[values[row].bounds]
                switch test {
                case .isAny(let texts): return texts.contains(Array(value))
                case .isNone(let texts): return !texts.contains(Array(value))
                case .sameAs:
                    let other = others[table.record(of: row)]
                    return other.isPresent && value.elementsEqual(slab[other.bounds])
                case .domain(let domains):
                    guard let at = value.lastIndex(of: UInt8(ascii: "@")) else { return false }
                    return domains.contains(value[(at + 1)...].map(Self.lowercased))
                case .present(let wanted): return wanted
                }
            }
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}

extension ConditionProgram.Test {
    fileprivate var isMetByNothing: Bool {
        if case .present(false) = self { true } else { false }
    }
}

extension [ConditionProgram] {
    /// For each row whether one of the conditions holds.
    func met(over table: CellTable, in target: inout MappingTarget) -> [Bool] {
        var met = [Bool](repeating: false, count: table.rows)
        for condition in self {
            let holds = condition.run(over: table, in: &target)
            for row in met.indices where holds[row] { met[row] = true }
        }
        return met
    }
}
