/// What is fuzzed: each target takes any bytes, and says whether what must hold of all bytes holds of these.
///
/// libFuzzer calls them with inputs that it makes, the tests with those that are kept in `Corpus`.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case csv, jsonl, plan, date, archive

    /// - Throws: a `Violation`, or what the program throws and should not have.
    package func check(_ input: [UInt8]) async throws {
        switch self {
        case .csv: try await CSVTarget.check(input)
        case .jsonl: try await JSONLinesTarget.check(input)
        case .plan: try PlanTarget.check(input)
        case .date: try DateTarget.check(input)
        case .archive: try await ArchiveTarget.check(input)
        }
    }
}

/// A property that does not hold.
package struct Violation: Error, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}

func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws(Violation) {
    guard holds else { throw Violation(otherwise()) }
}

/// A difference in words is a violation.
func requireNone(_ difference: String?, _ reading: @autoclosure () -> String) throws(Violation) {
    if let difference { throw Violation("\(reading()): \(difference)") }
}
