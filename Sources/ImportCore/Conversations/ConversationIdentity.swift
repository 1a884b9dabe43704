import Crypto

/// Gives conversations, messages and customers their ids where a destination lets us choose them: the same record gets
/// the same id in every run, so that running twice creates nothing twice, whatever happened to the checkpoint.
///
/// An id is a UUID of version 5 (RFC 9562, section 5.5) in the namespace of the business. What is hashed is a list of
/// parts, each as its number of bytes (32 bits, big-endian) and its bytes; the first part says what kind of thing it is,
/// so that nothing of one kind can have the id of another. The documentation's page on identity has test vectors. This
/// encoding never changes: ids that were given are in databases.
package struct ConversationIdentity: Sendable {
    private let conversation: Insecure.SHA1
    private let message: Insecure.SHA1
    private let messageContent: Insecure.SHA1
    private let customerExternalID: Insecure.SHA1
    private let customerEmail: Insecure.SHA1

    package init(business: BinaryUUID, planName: String) {
        func prefix(_ kind: String, ofPlan: Bool) -> Insecure.SHA1 {
            var hash = Self.begin(kind, in: business)
            if ofPlan { hash.updatePart(planName) }
            return hash
        }
        conversation = prefix("conversation", ofPlan: true)
        message = prefix("message", ofPlan: true)
        messageContent = prefix("message-content", ofPlan: true)
        customerExternalID = prefix("customer-external-id", ofPlan: false)
        customerEmail = prefix("customer-email", ofPlan: false)
    }

    /// A hash in the namespace of a business, with the kind as its first part.
    private static func begin(_ kind: String, in business: BinaryUUID) -> Insecure.SHA1 {
        var hash = Insecure.SHA1()
        for half in [business.high, business.low] {
            withUnsafeBytes(of: half.bigEndian) { hash.update(bufferPointer: $0) }
        }
        hash.updatePart(kind)
        return hash
    }

    /// The channel that is made for a business in a database to rehearse in.
    package static func channel(_ type: ChannelType, of business: BinaryUUID) -> BinaryUUID {
        var hash = begin("channel", in: business)
        hash.updatePart(type.rawValue)
        return .version5(hash)
    }

    package func conversation(key: UnsafeBufferPointer<UInt8>) -> BinaryUUID {
        var hash = conversation
        hash.updatePart(UnsafeRawBufferPointer(key))
        return .version5(hash)
    }

    /// A message with an id of its own in the old system.
    package func message(key: UnsafeBufferPointer<UInt8>, id: UnsafeBufferPointer<UInt8>) -> BinaryUUID {
        var hash = message
        hash.updatePart(UnsafeRawBufferPointer(key))
        hash.updatePart(UnsafeRawBufferPointer(id))
        return .version5(hash)
    }

    /// A message without one: known by what it says, and by which of several that say the same it is.
    ///
    /// - Parameter repetition: 0 for the first message of its conversation with this sender, time and text.
    package func message(
        key: UnsafeBufferPointer<UInt8>, digest: MessageDigest, repetition: Int
    ) -> BinaryUUID {
        var hash = messageContent
        hash.updatePart(UnsafeRawBufferPointer(key))
        digest.withBytes { hash.updatePart($0) }
        hash.updatePart(String(repetition))
        return .version5(hash)
    }

    package func customer(externalID: UnsafeBufferPointer<UInt8>) -> BinaryUUID {
        var hash = customerExternalID
        hash.updatePart(UnsafeRawBufferPointer(externalID))
        return .version5(hash)
    }

    /// - Parameter address: as `EmailAddress` writes it.
    package func customer(email address: String) -> BinaryUUID {
        var hash = customerEmail
        hash.updatePart(address)
        return .version5(hash)
    }
}

/// SHA-256 over a message's sender, time and text.
package struct MessageDigest: Sendable, Hashable {
    private let digest: SHA256Digest

    package init(sender: SenderType, time: Timestamp, text: UnsafeBufferPointer<UInt8>) {
        var hash = SHA256()
        hash.updatePart(sender.name)
        hash.updatePart(time.isNone ? "" : String(time.microseconds))
        hash.updatePart(UnsafeRawBufferPointer(text))
        digest = hash.finalize()
    }

    func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) { digest.withUnsafeBytes(body) }
}

/// How addresses are compared: without blanks around them, and without case.
package enum EmailAddress {
    package static func normalised(_ address: String) -> String {
        let scalars = address.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last]).lowercased()
    }
}

extension HashFunction {
    fileprivate mutating func updatePart(_ bytes: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count).bigEndian) { update(bufferPointer: $0) }
        update(bufferPointer: bytes)
    }

    fileprivate mutating func updatePart(_ text: String) {
        var text = text
        text.withUTF8 { updatePart(UnsafeRawBufferPointer($0)) }
    }
}

extension BinaryUUID {
    fileprivate static func version5(_ hash: Insecure.SHA1) -> BinaryUUID {
        var id = hash.finalize().withUnsafeBytes { BinaryUUID(prefixOf: $0) }
        id.high = id.high & ~0xF000 | 0x5000
        id.low = id.low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return id
    }
}
