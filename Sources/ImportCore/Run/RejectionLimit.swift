/// Judges, in file order, whether more records were rejected than the plan lets pass.
package struct RejectionLimit: Sendable {
    /// A percentage says nothing about the first few records; it is judged from here on, and at the end.
    static let firstJudged = 1_000

    private let limit: Limits.Rejections

    package init(_ limit: Limits.Rejections) { self.limit = limit }

    package func isPassed(read: Int, rejected: Int, isEnd: Bool) -> Bool {
        switch limit {
        case .count(let most): rejected > most
        case .percentage(let most):
            (isEnd || read >= Self.firstJudged) && read > 0 && Double(rejected) * 100 > most * Double(read)
        }
    }

    /// The limit in words: `5 %`, `100 records`.
    package var spoken: String {
        switch limit {
        case .count(let most): most == 1 ? "1 record" : "\(most) records"
        case .percentage(let most): most == most.rounded() ? "\(Int(most)) %" : "\(most) %"
        }
    }
}
