/// Why a night ends before it writes anything.
package enum NightError: PresentableError, Equatable {
    /// The source holds no record where some were expected.
    case noRecords(source: String)
    /// The source holds fewer records than `expect` asks for.
    ///
    /// - Parameter last: what the last export of that kind held.
    case tooFewRecords(source: String, read: Int, expected: Int, last: Int?)
    /// A record is another in the write phase than in the comparison.
    case changedSince(place: String)

    package var report: FailureReport {
        switch self {
        case .noRecords(let source):
            FailureReport(
                .data, place: source, "the source holds no record", safe: Self.nothingSent,
                hint: "see whether the export was made; where none is right, say export: incremental under sync")
        case .tooFewRecords(let source, let read, let expected, let last):
            FailureReport(
                .data, place: source,
                "the source holds \(read) records, and the plan expects at least \(expected)"
                    + (last.map { ": the last such export held \($0)" } ?? ""),
                safe: Self.nothingSent,
                hint: "see whether the export is whole; where it is, change or leave out sync.expect once")
        case .changedSince(let place):
            FailureReport(
                .data, place: place, "the file was changed while the night was at work",
                safe: "nothing that is in was lost; what was sent stands in the checkpoint",
                hint: "let the export finish before the night begins, then repeat the same command")
        }
    }

    private static let nothingSent = "nothing was sent; the baseline is unchanged"
}
