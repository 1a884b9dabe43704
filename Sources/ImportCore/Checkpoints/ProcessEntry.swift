/// One process of a run, as the checkpoint's history keeps it: what `status --history` shows of the nights before.
///
/// It is written when the process begins, and again when it ends: one without an end was killed, or is at work.
package struct ProcessEntry: Sendable, Equatable, Codable {
    /// The run's main figures when the process ended, all its processes together.
    package struct Figures: Sendable, Equatable, Codable {
        package var read: Int
        package var created: Int
        package var updated: Int
        package var unchanged: Int
        package var alreadyPresent: Int
        package var rejected: Int
        package var inDoubt: Int
        package var notSent: Int

        package init(_ books: Books) {
            read = books.records.read
            created = books.conversations.created
            updated = books.conversations.updated
            unchanged = books.conversations.unchanged
            alreadyPresent = books.conversations.alreadyPresent
            rejected = books.records.rejected
            inDoubt = books.conversations.inDoubt
            notSent = books.conversations.notSent
        }
    }

    /// Counted from 1 over all processes that worked with the checkpoint.
    package var number: Int
    /// Nil where none had begun yet.
    package var runID: String?
    /// Milliseconds since 1970, both.
    package var startedAt: Int64
    package var finishedAt: Int64?
    package var status: Int32?
    package var reason: String?
    package var figures: Figures?
    /// Requests of this process.
    package var requests: Int?

    package init(number: Int, runID: String?, startedAt: Int64) {
        self.number = number
        self.runID = runID
        self.startedAt = startedAt
    }
}
