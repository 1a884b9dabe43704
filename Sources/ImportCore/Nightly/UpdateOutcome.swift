/// What became of a changed conversation at the destination.
package struct UpdateOutcome: Sendable, Equatable {
    package enum Result: Sendable, Equatable {
        /// Something was written.
        case updated
        /// Nothing was: it is what the source says, or what differs is kept or cannot be carried.
        case unchanged
        /// The destination does not take it. It is tried again in the next night.
        case refused(Finding)
        /// The run was asked to stop before: nothing is known to be done. It may be repeated.
        case notReached
    }

    package var result: Result
    /// The id at the destination; nil where nobody knows it.
    package var remoteID: String?
    /// Messages that were added.
    package var messagesAdded: Int
    /// In one order, whatever happened on the way.
    package var drifts: [Drift]

    package init(_ result: Result, remoteID: String?, messagesAdded: Int = 0, drifts: [Drift] = []) {
        self.result = result
        self.remoteID = remoteID
        self.messagesAdded = messagesAdded
        self.drifts = drifts
    }
}
