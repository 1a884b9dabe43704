import Crypto

/// What is done to one conversation at a destination, each its own durable step.
package enum Step: Int, Sendable, Codable { case create = 0, assign = 1, resolve = 2, close = 3 }

/// Where a step stands. `intent` is durable before the request is sent; what is still `intent` after a crash is in
/// doubt, never "to be sent".
package enum AttemptState: Int, Sendable, Codable {
    case intent = 0
    case done = 1
    /// The destination will never take this record as it is.
    case refused = 2
    case inDoubt = 3
    /// Provably not applied: may be sent again.
    case released = 4
}

/// One step of one record, as the checkpoint keeps it; a later entry for the same record and step replaces the earlier.
package struct AttemptEntry: Sendable, Equatable {
    package var record: RecordID
    package var step: Step
    package var state: AttemptState
    /// Counted from 1.
    package var attempt: Int
    package var keyFingerprint: UInt64
    /// The id that the destination gave.
    package var remoteID: String?
    /// The destination's words for a refusal: trimmed, without control characters.
    package var detail: String?
    /// The rejection code of a refusal.
    package var code: RejectionCode?
    /// When the attempt began: the wall clock, milliseconds since 1970.
    package var startedAt: Int64
    /// What the request held, so that a lost answer can be settled without the source.
    package var content: RequestContent?
    /// Of a refused record, how many messages it holds, as the books count them.
    package var messages: Int

    package init(
        record: RecordID, step: Step = .create, state: AttemptState, attempt: Int, keyFingerprint: UInt64,
        remoteID: String? = nil, detail: String? = nil, code: RejectionCode? = nil, startedAt: Int64,
        content: RequestContent? = nil, messages: Int = 0
    ) {
        self.record = record
        self.step = step
        self.state = state
        self.attempt = attempt
        self.keyFingerprint = keyFingerprint
        self.remoteID = remoteID
        self.detail = detail
        self.code = code
        self.startedAt = startedAt
        self.content = content
        self.messages = messages
    }
}

extension AttemptEntry {
    /// Whether a person decided that the record is not to be sent again although nobody knows whether it is in: nothing
    /// but that person's own hand brings it in from then on.
    package var isLeftOut: Bool { state == .refused && code == .leftOut }
}

/// What of a create request can be seen again when the server's list is read: hashes only, nobody's words. And what is to
/// be done once it is found, since the source may not be at hand then.
package struct RequestContent: Sendable, Hashable {
    /// SHA-256 of the opening message's UTF-8; nil where there was none.
    package var messageDigest: [UInt8]?
    package var customerID: String?
    /// The same of the reference under it; nil where the plan asked for none.
    package var referenceDigest: [UInt8]?
    package var later: LaterSteps

    package init(
        messageDigest: [UInt8]?, customerID: String?, referenceDigest: [UInt8]? = nil, later: LaterSteps = LaterSteps()
    ) {
        self.messageDigest = messageDigest
        self.customerID = customerID
        self.referenceDigest = referenceDigest
        self.later = later
    }

    package init(of conversation: Conversation, later: LaterSteps = LaterSteps()) {
        messageDigest = conversation.withBytes(.initialMessage) { Self.digest($0) }
        customerID = conversation.text(.customerID)
        referenceDigest = conversation.withBytes(.reference) { Self.digest($0) }
        self.later = later
    }

    package static func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var hash = SHA256()
        if bytes.withContiguousStorageIfAvailable({ hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }) == nil {
            hash.update(data: Array(bytes))
        }
        return Array(hash.finalize())
    }
}
