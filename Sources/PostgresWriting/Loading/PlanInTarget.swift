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
        mapsChannel = plan.conversation.texts[.channelID] != nil || plan.conversation.texts[.channelType] != nil
    }

    /// A directory without anybody in it.
    var customerDirectory: CustomerDirectory {
        CustomerDirectory(identity: ids, businessID: business, mapsCustomerID: mapsCustomerID)
    }

    var identityDigest: [UInt8] { Array(SHA256.hash(data: Array(identity.utf8))) }
}
