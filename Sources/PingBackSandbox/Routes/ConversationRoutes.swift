import HTTPTypes
import Hummingbird
import ImportCore

/// Answers `/conversations`.
struct ConversationRoutes: Sendable {
    let business: Business
    let latency: Duration
    let conversations: ConversationStore
    let customers: CustomerStore
    let unknownCustomer: UnknownCustomer

    /// Documented defaults; the greatest limit is not documented, and a greater one is cut down to ours in silence,
    /// which is what a client has to be ready for.
    private static let usualLimit = 50
    private static let greatestLimit = 100

    /// 200: the documentation does not name the status, and this is FastAPI's own.
    func create(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let (businessID, customerID, message) = try await BodyReader.read(request) { body in
            (
                body.requiredUUID("business_id"), body.uuid("customer_id"),
                body.words("initial_message", isRequired: false)
            )
        }
        // Undocumented; 403 tells a wrong plan apart from a wrong record.
        guard businessID == business.id else { throw Refusal(.forbidden, "Not your business") }
        let order = CreateOrder(
            customerID: try await linkable(customerID),
            message: message,
            receivedAt: .now,
            peer: context.peer,
            idempotencyKey: request.headers[.idempotencyKey]
        )
        let answer = try await conversations.create(order)
        // After the commit, as a distant server's answer travels.
        if latency > .zero { try? await Task.sleep(for: latency) }
        return try .json(answer)
    }

    /// The customer whom the conversation is linked to: the one that was named, unless nobody has that id and the script
    /// says what then.
    private func linkable(_ customerID: String?) async throws -> String? {
        guard unknownCustomer != .madeUp, let customerID, try await !customers.has(customerID) else {
            return customerID
        }
        switch unknownCustomer {
        case .madeUp: return customerID
        case .unlinked: return nil
        case .badRequest: throw Refusal(.badRequest, "Customer not found")
        case .notFound: throw Refusal(.notFound, "Customer not found")
        case .unprocessable:
            throw Refusal([Finding(["body", "customer_id"], "customer not found", "value_error.customer")])
        }
    }

    func list(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let (status, assignee, page, limit) = try QueryReader.read(request) { query in
            (
                query.choice("status", of: ["open", "pending", "resolved", "closed"]), query.integer("assignee_id"),
                query.count("page", otherwise: 1), query.count("limit", otherwise: Self.usualLimit)
            )
        }
        // The filter is documented as an integer, and no user has an integer id: it matches nobody's conversations.
        guard assignee == nil else { return try .json([ConversationAnswer]()) }
        return try .json(
            await conversations.list(status: status, page: page, limit: min(limit, Self.greatestLimit)))
    }

    /// Ids are opaque: one that is no UUID is simply not found.
    func get(_ request: Request, _ context: SandboxContext) async throws -> Response {
        guard let answer = try await conversations.conversation(context.parameters.require("id")) else {
            throw Refusal.noSuchConversation
        }
        return try .json(answer)
    }

    func resolve(_ request: Request, _ context: SandboxContext) async throws -> Response {
        try await finish(context, as: .resolved, already: "Already resolved")
    }

    func close(_ request: Request, _ context: SandboxContext) async throws -> Response {
        try await finish(context, as: .closed, already: "Already closed")
    }

    private func finish(_ context: SandboxContext, as ending: Ending, already: String) async throws -> Response {
        switch try await conversations.finish(context.parameters.require("id"), as: ending) {
        case .done(let time): try .json([ending.stamp: time])
        case .alreadyDone: try .json(["detail": already])
        case .noSuchConversation: throw Refusal.noSuchConversation
        }
    }

    /// Takes the member's user id: the documentation leaves open which of the two ids it means. Only 401 and 404 are
    /// documented, so somebody who is not an active member is not found.
    func assign(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let parameters = context.parameters
        switch try await conversations.assign(parameters.require("id"), to: parameters.require("agent_id")) {
        case .assigned(let userID): return try .json(["assignee_id": userID])
        case .noSuchConversation: throw Refusal.noSuchConversation
        case .noActiveMember: throw Refusal(.notFound, "Agent not found")
        }
    }

    func send(_ request: Request, _ context: SandboxContext) async throws -> Response {
        let content = try await BodyReader.read(request) { body in
            body.emptyList("attachments", because: "the sandbox has no uploads, so nothing can be attached")
            return body.words("content", isRequired: true)
        }
        guard let message = try await conversations.send(content ?? "", to: context.parameters.require("id")) else {
            throw Refusal.noSuchConversation
        }
        return try .json(message)
    }
}
