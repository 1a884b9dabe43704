import HTTPTypes
import Hummingbird

/// Answers who the token is, who is in the team, and which channels there are.
struct TeamRoutes: Sendable {
    let business: Business
    let dataID: String
    let team: TeamStore
    let conversations: ConversationStore

    /// The header names the data behind the sandbox, so that a checkpoint can tell when it was exchanged.
    /// PingBack has no such header.
    func account(_ request: Request, _ context: SandboxContext) async throws -> Response {
        try .json(await team.account(of: business), headers: [.sandboxData: dataID])
    }

    func members(_ request: Request, _ context: SandboxContext) async throws -> Response {
        try .json(await team.members())
    }

    func channels(_ request: Request, _ context: SandboxContext) async throws -> Response {
        try .json(await team.channels(of: business))
    }

    /// The token is always the owner's, so the documented 403 cannot arise.
    func assign(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let userID = try QueryReader.read(request) { $0.requiredText("agent_id") }
        switch try await conversations.assign(context.parameters.require("id"), to: userID) {
        case .assigned: return try .json(["message": "Conversation assigned"])
        case .noSuchConversation: throw Refusal.noSuchConversation
        case .noActiveMember: throw Refusal(.badRequest, "Agent is not an active member of this team")
        }
    }
}
