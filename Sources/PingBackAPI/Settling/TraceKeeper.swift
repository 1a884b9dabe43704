import Foundation
import ImportCore
import Synchronization

/// Learns from the answers of one `write` what the run's own writing looks like, and has it kept.
final class TraceKeeper: Sendable {
    private let account: String
    private let journal: any Journal
    private let traces: Mutex<OwnTraces>
    /// So many answers are looked at: a plan without opening messages has no sender to show, and each look costs.
    private let looksLeft = Mutex(100)

    /// Notes that the account sends, before anything is sent: until it was seen how it signs, no message counts as
    /// somebody else's.
    init(account: String, journal: any Journal) async throws {
        self.account = account
        self.journal = journal
        var traces = await journal.traces()
        traces.willSend(as: account)
        try await journal.keep(traces)
        self.traces = Mutex(traces)
    }

    /// Takes in the answer to a create request that was fulfilled. All but the first cost a look at a flag.
    func observe(_ exchange: Exchange) async throws {
        guard !traces.withLock({ $0.knows(account) }), takeLook(), let answer = exchange.answer,
            let echo = try? JSONDecoder().decode(ConversationObject.self, from: answer.body)
        else { return }
        let sender = echo.messages?.first { $0.senderType == "agent" }?.senderID
        guard sender != nil || echo.channelID != nil else { return }
        let learnt = traces.withLock { traces in
            traces.learn(account: account, sender: sender, channel: echo.channelID)
            return traces
        }
        try await journal.keep(learnt)
    }

    private func takeLook() -> Bool {
        looksLeft.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
    }
}
