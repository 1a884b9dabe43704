import Foundation
import ImportCore

/// Tells whether what a server says it created is what was asked for.
///
/// Of every answer the business, the customer and the channel are compared; of the first also the status and the message.
/// The API lets nobody choose a channel: which one it is, only the first answer tells, and all later ones have to be made
/// on the same.
struct EchoCheck: Sendable {
    struct Channel: Sendable, Equatable {
        var type: String?
        var id: String?
    }

    let businessID: String
    let expectedChannel: ChannelType?
    let token: Secret?
    /// Of the first conversation; nil before it.
    private(set) var channel: Channel?

    init(businessID: String, expectedChannel: ChannelType?, token: Secret?) {
        self.businessID = businessID
        self.expectedChannel = expectedChannel
        self.token = token
    }

    /// What an echo is found to be.
    enum Finding: Sendable, Equatable {
        case same
        /// Nothing that stops a run, in words.
        case odd(String)
        case differs(APIError)
    }

    /// `body` is the answer that `echo` was read from.
    mutating func check(_ echo: CreationEcho, body: Data?, of request: CreateRequest) -> Finding {
        if let problem = problem(echo, of: request) { return differs(echo, problem) }
        let made = Channel(type: echo.channelType, id: echo.channelID)
        if let channel {
            guard made == channel else {
                return differs(echo, "on another channel than those before: \(words(made)), not \(words(channel))")
            }
            return .same
        }
        if let expectedChannel, made.type != expectedChannel.rawValue {
            return differs(echo, "on \(words(made)); the plan expects a channel of type \(expectedChannel.rawValue)")
        }
        let opening = body.flatMap { try? JSONDecoder().decode(OpeningEcho.self, from: $0) }
        guard let opening, let status = opening.status else { return differs(echo, "its answer shows no status") }
        guard status == "open" else {
            return differs(echo, "its status is \(ServerWords.tidy(status, token: token) ?? "empty"), not open")
        }
        let finding = check(opening.messages, of: request)
        if case .differs(let problem) = finding { return differs(echo, problem) }
        channel = made
        return finding == .sameButWhiteSpace
            ? .odd("PingBack changes white space in messages: the first is not back byte for byte") : .same
    }

    private func problem(_ echo: CreationEcho, of request: CreateRequest) -> String? {
        guard Self.isSame(echo.businessID, businessID) else { return "not for the plan's business" }
        guard Self.isSame(echo.customerID, request.customerID) else {
            return request.customerID == nil
                ? "linked to a customer, though none was asked for" : "not linked to the customer asked for"
        }
        if request.customerID != nil, echo.customer == nil { return "not linked: its answer shows no customer" }
        return nil
    }

    /// Ids are compared without case; usually they are the same letter by letter.
    private static func isSame(_ id: String?, _ other: String?) -> Bool {
        id == other || id?.lowercased() == other?.lowercased()
    }

    private enum MessageFinding: Equatable {
        case same, sameButWhiteSpace
        case differs(String)
    }

    private func check(_ messages: [ConversationObject.Message]?, of request: CreateRequest) -> MessageFinding {
        guard let text = request.initialMessage else { return .same }
        guard let first = messages?.first, let content = first.content else {
            return .differs("its answer does not show the opening message")
        }
        guard first.senderType == "agent" else { return .differs("its opening message is not an agent's") }
        // Unicode text may be equal in other bytes; that a server stores it so is no surprise either.
        if Array(content.utf8) == Array(text.utf8) { return .same }
        return content.split(whereSeparator: \.isWhitespace) == text.split(whereSeparator: \.isWhitespace)
            ? .sameButWhiteSpace : .differs("its opening message is not the one that was sent")
    }

    private func differs(_ echo: CreationEcho, _ problem: String) -> Finding {
        .differs(.echoDiffers(id: ServerWords.tidy(echo.id, token: token) ?? "", problem: problem))
    }

    private func words(_ channel: Channel) -> String {
        let parts = [channel.type, channel.id].compactMap { $0.flatMap { ServerWords.tidy($0, token: token) } }
        return parts.isEmpty ? "no channel" : parts.joined(separator: " ")
    }
}
