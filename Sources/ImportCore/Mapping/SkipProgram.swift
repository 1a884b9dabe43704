/// The rules for records that are passed over, compiled: they give each record of a batch its reason.
struct SkipProgram: Sendable {
    struct Rule: Sendable {
        var conditions: [Condition]
    }

    struct Condition: Sendable {
        var value: ValueProgram
        var test: Test
    }

    enum Test: Sendable {
        case isOne(of: [[UInt8]])
        case isNone(of: [[UInt8]])
        case isPresent, isMissing
    }

    let rules: [Rule]
    /// By the rules' index.
    let reasons: [String]

    /// For each record, the index of the first rule that holds, from 1; 0 where none does.
    func run(over table: CellTable, into target: inout MappingTarget) -> [UInt8] {
        var skips = Array(repeating: 0 as UInt8, count: table.rows)
        for (index, rule) in rules.enumerated() {
            var holds = Array(repeating: true, count: table.rows)
            for condition in rule.conditions {
                let column = condition.value.run(over: table, into: &target)
                for row in holds.indices where holds[row] {
                    holds[row] = condition.test.holds(column[row], in: target.slab)
                }
            }
            for row in holds.indices where holds[row] && skips[row] == 0 { skips[row] = UInt8(index + 1) }
        }
        return skips
    }
}

extension SkipProgram.Test {
    fileprivate func holds(_ range: ByteRange, in slab: [UInt8]) -> Bool {
        switch self {
        case .isPresent: range.isPresent
        case .isMissing: range.isNone
        case .isOne(let values): range.isPresent && values.contains { $0.elementsEqual(slab[range.bounds]) }
        case .isNone(let values): range.isNone || !values.contains { $0.elementsEqual(slab[range.bounds]) }
        }
    }
}
