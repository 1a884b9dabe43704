extension Books {
    /// Enters a changed record of a night, whole: where it stands, and what of it was written.
    ///
    /// - Parameter messages: how many the record holds, for one that the destination refused.
    mutating func enter(_ outcome: UpdateOutcome, messages count: Int) {
        entries.read += 1
        records.read += 1
        self.count(outcome)
        guard case .refused = outcome.result else {
            records.valid += 1
            messages.read += outcome.messagesAdded
            messages.created += outcome.messagesAdded
            return
        }
        records.rejected += 1
        rejections.byDestination += 1
        messages.read += count
        messages.rejected += count
    }
}
