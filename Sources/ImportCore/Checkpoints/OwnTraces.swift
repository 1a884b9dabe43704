/// What the server's answers showed of the run's own writing: by it, a conversation whose answer was lost is told from
/// those that other people open meanwhile.
///
/// Nobody is ruled out on a guess: another sender is somebody else only when it is known how each account that this run
/// has sent with signs its messages. A server that has just been given another person's token signs otherwise, and a
/// request that is wrongly taken for absent would be sent again.
package struct OwnTraces: Sendable, Equatable, Codable {
    /// The user ids, as `auth/me` gives them, of the accounts that requests were sent with.
    private var accounts: Set<String> = []
    /// By account, the `sender_id` of the messages that it opens conversations with. PingBack's documentation does not say
    /// that this is the user id, so it is learnt from an answer.
    private var senders: [String: String] = [:]
    /// The `channel_id`s of created conversations.
    private var channels: Set<String> = []

    package init() {}

    /// An account is about to send. Durable before its first request.
    package mutating func willSend(as account: String) { accounts.insert(account.lowercased()) }

    /// Takes in what a created conversation showed.
    package mutating func learn(account: String, sender: String?, channel: String?) {
        willSend(as: account)
        if let sender { senders[account.lowercased()] = sender.lowercased() }
        if let channel { channels.insert(channel.lowercased()) }
    }

    /// Whether there is nothing left to learn about an account.
    package func knows(_ account: String) -> Bool { senders[account.lowercased()] != nil && !channels.isEmpty }

    /// Whether a message with this sender was written by one of the run's accounts; nil where nobody can tell.
    package func isOwn(sender: String?) -> Bool? {
        guard let sender = sender?.lowercased() else { return nil }
        if senders.values.contains(sender) { return true }
        return !accounts.isEmpty && accounts.allSatisfy { senders[$0] != nil } ? false : nil
    }

    /// Whether conversations of this run were created on the channel; nil where nobody can tell.
    package func isOwn(channel: String?) -> Bool? {
        guard let channel = channel?.lowercased(), !channels.isEmpty else { return nil }
        return channels.contains(channel)
    }
}
