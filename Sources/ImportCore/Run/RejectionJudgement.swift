/// Judges one batch against the plan's rejection limit, record by record in file order.
///
/// It waits at the first record of which nobody knows yet what becomes of it. So the limit is passed at the same record
/// however the answers of a destination overtake each other, and however often the run was interrupted before.
struct RejectionJudgement: Sendable {
    private var judged = 0
    private var rejections = 0
    private var nextRejected = 0
    private var nextAccepted = 0

    /// Goes on as far as outcomes are known.
    ///
    /// - Parameters:
    ///   - before: the books' records before the batch.
    ///   - isRefused: whether the destination refused an accepted record, by index; nil while that is open.
    /// - Returns: how many records of the batch it takes to pass the limit, 0 where those before it do; nil where it is
    ///   not passed.
    mutating func passes(
        _ limit: RejectionLimit, _ taken: TakenBatch, before: Books.Records, isRefused: (Int) -> Bool?
    ) -> Int? {
        while !limit.isPassed(read: before.read + judged, rejected: before.rejected + rejections, isEnd: false) {
            guard judged < taken.recordCount else { return nil }
            if nextRejected < taken.rejected.count, taken.rejected[nextRejected].index == judged {
                nextRejected += 1
                rejections += 1
            } else if nextAccepted < taken.accepted.count, taken.accepted[nextAccepted] == judged {
                guard let isRefused = isRefused(judged) else { return nil }
                nextAccepted += 1
                if isRefused { rejections += 1 }
            }
            judged += 1
        }
        return judged
    }
}
