/// A conversation's messages for a destination that holds them all, with their senders and times.
///
/// Where a record brings messages, these are the history, and `initial_message`, which stands for them where only one
/// can be sent, is not written beside them. Where it brings none, `initial_message` is the one message: the agent's, as
/// the API has it. A subject stands above the first message, since PingBack has no field for it.
extension Conversation {
    package struct HistoryMessage {
        /// The message's text, behind the subject where that goes with it.
        package var content: UnsafeBufferPointer<UInt8>
        package var subject: UnsafeBufferPointer<UInt8>?
        package var sender: SenderType
        /// The message's own, or the conversation's; no clock is ever asked.
        package var time: Timestamp
        /// Its own id in the old system.
        package var id: UnsafeBufferPointer<UInt8>?
    }

    /// How many messages `forEachMessage` gives.
    package var messageCount: Int {
        let ranges = batch.drafts.messageRanges
        if !ranges.isEmpty, !ranges[index].isEmpty { return ranges[index].count }
        return isPresent(.initialMessage) || isPresent(.subject) ? 1 : 0
    }

    private func isPresent(_ field: TextField) -> Bool {
        let column = batch.drafts.texts[field.rawValue]
        return !column.isEmpty && column[index].isPresent
    }

    /// Calls `body` with each message in order; the pointers hold during the call.
    package func forEachMessage(_ body: (HistoryMessage) -> Void) {
        let start = time(.createdAt) ?? .none
        batch.records.slab.withUnsafeBufferPointer { slab in
            func bytes(_ field: TextField) -> UnsafeBufferPointer<UInt8>? {
                let column = batch.drafts.texts[field.rawValue]
                guard !column.isEmpty, column[index].isPresent else { return nil }
                return UnsafeBufferPointer(rebasing: slab[column[index].bounds])
            }
            var subject = bytes(.subject)
            let ranges = batch.drafts.messageRanges
            guard !ranges.isEmpty, !ranges[index].isEmpty else {
                guard let text = bytes(.initialMessage) ?? subject else { return }
                let above = bytes(.initialMessage) == nil ? nil : subject
                body(HistoryMessage(content: text, subject: above, sender: .agent, time: start, id: nil))
                return
            }
            let columns = batch.drafts.messages
            for row in ranges[index] {
                let id = columns.ids[row]
                body(
                    HistoryMessage(
                        content: UnsafeBufferPointer(rebasing: slab[columns.contents[row].bounds]), subject: subject,
                        sender: SenderType(rawValue: columns.senders[row]) ?? .agent,
                        time: columns.times[row].isPresent ? columns.times[row] : start,
                        id: id.isPresent ? UnsafeBufferPointer(rebasing: slab[id.bounds]) : nil))
                subject = nil
            }
        }
    }
}
