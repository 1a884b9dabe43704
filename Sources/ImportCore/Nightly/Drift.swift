/// Something in which a destination and the source differ after a night, or differed before it.
///
/// It holds people's values, so it goes into the list of drift only (0600), never into a message.
package struct Drift: Sendable, Equatable, Codable {
    /// Why the two differ; the names stand in the list and are never renamed.
    package enum Reason: String, Sendable, CaseIterable, Codable {
        /// Somebody changed it in PingBack since it was written.
        case changedThere = "changed there"
        /// The conversation is not in PingBack any more.
        case vanishedThere = "vanished there"
        /// A message that the source does not have any more; nothing is ever deleted for that.
        case vanishedHere = "vanished from the source"
        /// The destination has no way to take such a change.
        case cannotCarry = "cannot carry"
        /// Customers are found or created, and never changed.
        case customerKept = "customers are not updated"
    }

    /// What became of it.
    package enum Ending: String, Sendable, CaseIterable, Codable { case kept, overwritten, notCarried = "not_carried" }

    /// As the plan names it; `messages.` stands before a message's, `customer.` before a customer's.
    package var field: String
    /// The id of the message at the destination, where it is about one.
    package var message: String?
    /// What PingBack has, or had; nil for nothing, and where that is not known.
    package var before: String?
    /// What the source says; nil for nothing, and where that is no single value.
    package var after: String?
    package var reason: Reason
    package var ending: Ending

    package init(
        _ field: String, message: String? = nil, before: String?, after: String?, reason: Reason, ending: Ending
    ) {
        self.field = field
        self.message = message
        self.before = before
        self.after = after
        self.reason = reason
        self.ending = ending
    }
}

/// A drift with where the record stands and what it is at the destination, as the list tells it.
package struct ListedDrift: Sendable, Equatable {
    package var place: Place
    /// The source's name of the file it stands in.
    package var file: String
    package var key: String
    /// Nil where nobody knows it.
    package var remoteID: String?
    package var drift: Drift

    package init(_ drift: Drift, place: Place, file: String, key: String, remoteID: String?) {
        self.drift = drift
        self.place = place
        self.file = file
        self.key = key
        self.remoteID = remoteID
    }
}

/// Where drift is written down. Fulfilled by `Checkpointing`: after any kill, what it wrote can be cut back to the lengths
/// that were committed with a position.
package protocol DriftReport: Sendable {
    func append(_ drifts: [ListedDrift]) async throws

    /// Puts on the disk what is about to be written down, before what it tells of is done: whoever is killed in between
    /// leaves a list with too much in it, and never with too little. What is proposed is given up by `withdraw`.
    func propose(_ drifts: [ListedDrift]) async throws

    /// Forgets what was proposed: what came of it is appended.
    func withdraw() async throws

    /// Returns when everything appended is on the disk, with the length to be committed, by file name.
    func flush() async throws -> [String: Int]
}
