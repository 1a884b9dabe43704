import Crypto
import ImportCore

/// What of a plan the target has to know.
struct PlanInTarget: Sendable {
    let name: String
    let businessID: String
    let business: BinaryUUID
    /// What makes conversations of the plan the same for ever, as text.
    let identity: String
    let ids: ConversationIdentity
    /// Whether the plan says which channel conversations belong to.
    let mapsChannel: Bool
    /// Whether it names customers by PingBack's own ids.
    private let mapsCustomerID: Bool
    /// The channels that its conversations can come in through; the widget where it names none.
    let channelTypes: [ChannelType]

    init(_ plan: Plan) {
        guard let business = BinaryUUID(plan.businessID) else {
            preconditionFailure("the plan's reader lets only ids of 8-4-4-4-12 digits through")
        }
        name = plan.name
        businessID = plan.businessID.lowercased()
        self.business = business
        identity = plan.identity
        ids = ConversationIdentity(business: business, planName: plan.name)
        mapsCustomerID = plan.conversation.texts[.customerID] != nil
        let types = plan.conversation.texts[.channelType].map { $0.texts }
        channelTypes =
            if let types { ChannelType.allCases.filter { types?.contains($0.rawValue) ?? true } } else { [.widget] }
        mapsChannel = plan.conversation.texts[.channelID] != nil || plan.conversation.texts[.channelType] != nil
    }

    /// A directory without anybody in it.
    var customerDirectory: CustomerDirectory {
        CustomerDirectory(identity: ids, businessID: business, mapsCustomerID: mapsCustomerID)
    }

    var identityDigest: [UInt8] { Array(SHA256.hash(data: Array(identity.utf8))) }
}

extension ValueRule {
    /// Every text that it can yield; nil where that depends on what the source holds.
    fileprivate var texts: Set<String>? {
        var texts: Set<String>
        switch (meaning, origin) {
        case (.values(let pairs), _): texts = Set(pairs.map(\.to))
        case (.presence(let text), _): texts = [text]
        case (.text, .constant(let text)) where conversions.isEmpty: texts = [text]
        case (.text, .firstOf(let rules)) where conversions.isEmpty:
            texts = []
            for rule in rules {
                guard let more = rule.texts else { return nil }
                texts.formUnion(more)
            }
        default: return nil
        }
        if case .constant(let text) = otherwise { texts.insert(text) }
        return texts
    }
}
