import Hummingbird
import ImportCore

/// PingBack's API as far as an import uses it; the table below is its table of contents.
///
/// Where the documentation is silent the sandbox decides, and each decision stands beside the code that takes it.
/// Not there: uploads, the knowledge base, invitations, and everything that would reach a person.
struct SandboxAPI: Sendable {
    let business: Business
    let token: String
    let dataID: String
    let latency: Duration
    let conversations: ConversationStore
    let customers: CustomerStore
    let team: TeamStore
    var unknownCustomer = UnknownCustomer.madeUp

    /// - Parameter faults: what stands before the API; nil for nothing, which costs nothing.
    func router(behind faults: FaultInjection? = nil) -> Router<SandboxContext> {
        let conversation = ConversationRoutes(
            business: business, latency: latency, conversations: conversations, customers: customers,
            unknownCustomer: unknownCustomer)
        let team = TeamRoutes(business: business, dataID: dataID, team: team, conversations: conversations)
        return EndpointTable(
            token: token,
            endpoints: [
                Endpoint(.post, "conversations/", conversation.create),
                Endpoint(.get, "conversations/", conversation.list),
                Endpoint(.get, "conversations/{id}", conversation.get),
                Endpoint(.put, "conversations/{id}/resolve", conversation.resolve),
                Endpoint(.put, "conversations/{id}/close", conversation.close),
                Endpoint(.put, "conversations/{id}/assign/{agent_id}", conversation.assign),
                Endpoint(.post, "conversations/{id}/messages", conversation.send),
                Endpoint(.get, "auth/me", team.account),
                Endpoint(.get, "team/members", team.members),
                Endpoint(.post, "team/assign/{id}", team.assign),
                Endpoint(.get, "channels/", team.channels),
            ]
        ).router(behind: faults)
    }
}
