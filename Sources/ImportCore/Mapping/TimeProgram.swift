/// A rule of the plan for a time, compiled: it fills one column of times.
enum TimeProgram: Sendable {
    case date(DateReading)
    /// The first that yields a time; each may be written in another way.
    case firstOf([TimeProgram])

    func run(over table: CellTable, into target: inout MappingTarget) -> [Timestamp] {
        switch self {
        case .date(let reading): return reading.run(over: table, into: &target)
        case .firstOf(let programs):
            var times = Array(repeating: Timestamp.none, count: table.rows)
            for (index, program) in programs.enumerated() {
                let rest = index == 0 ? table : table.asking(times.map(\.isNone))
                let candidate = program.run(over: rest, into: &target)
                for row in times.indices where times[row].isNone { times[row] = candidate[row] }
                if !times.contains(where: \.isNone) { break }
            }
            return times
        }
    }
}

/// A value, and how it is written as a time.
struct DateReading: Sendable {
    let value: ValueProgram
    let date: DateProgram

    func run(over table: CellTable, into target: inout MappingTarget) -> [Timestamp] {
        let column = value.run(over: table, into: &target)
        var times = Array(repeating: Timestamp.none, count: table.rows)
        var cut = 0
        var failures: [(row: Int, failure: DateFailure)] = []
        target.slab.withUnsafeBufferPointer { slab in
            for row in column.indices where column[row].isPresent {
                switch date.parse(UnsafeBufferPointer(rebasing: slab[column[row].bounds])) {
                case .time(let time, let isCut):
                    times[row] = time
                    if isCut { cut += 1 }
                case .failure(let failure): failures.append((row, failure))
                }
            }
        }
        if cut > 0 { target.repairs["fraction-cut", default: 0] += cut }
        for (row, failure) in failures { fail(row, failure, column[row], of: table, in: &target) }
        return times
    }

    private func fail(
        _ row: Int, _ failure: DateFailure, _ range: ByteRange, of table: CellTable, in target: inout MappingTarget
    ) {
        // `otherwise: none` says that a date which cannot be read is left out; a constant cannot be a date.
        if case .none = value.otherwise, value.coversMissing {
            target.repairs["date-left-out", default: 0] += 1
            return
        }
        let finding = target.slab.withUnsafeBufferPointer {
            date.finding(failure, value: UnsafeBufferPointer(rebasing: $0[range.bounds]), field: value.field)
        }
        target.find(finding, at: table.record(of: row))
    }
}
