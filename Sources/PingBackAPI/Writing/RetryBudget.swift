/// Bounds how many requests are sent again, so that a flapping server is not kept down by us: 10, and 10 % of what was
/// sent (the share that *Site Reliability Engineering*, chapter 21, gives a client).
struct RetryBudget: Sendable {
    private(set) var used = 0

    /// Takes one retry; false when there is none left.
    mutating func take(sent: Int) -> Bool {
        guard used < 10 + sent / 10 else { return false }
        used += 1
        return true
    }
}
