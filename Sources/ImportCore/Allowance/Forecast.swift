/// How long a run will take, by what is known before it: the plan's rate, its window, and its budget.
package struct Forecast: Sendable {
    package var workload: Workload
    /// Seconds of sending; nil where nothing limits the rate, and nothing was measured.
    package var seconds: Double?
    /// When the last request will be sent, in seconds since 1970, with the window and without regard to the budget.
    package var end: Int?
    /// The messages that this month's budget still has for this run, and the budget; nil without one.
    package var budget: (left: Int, total: Int)?

    /// - Parameters:
    ///   - rate: requests a second.
    ///   - used: messages of this month's budget that are spent.
    ///   - now: seconds since 1970.
    package init(
        _ workload: Workload, rate: Double?, window: SendingWindow?, budget: Int?, used: Int, now: Int
    ) {
        self.workload = workload
        seconds = rate.map { Double(workload.requests) / $0 }
        end = seconds.flatMap { seconds in
            window.map { $0.end(ofWork: seconds, from: now) } ?? now + Int(seconds.rounded(.up))
        }
        self.budget = budget.map { (max($0 - used, 0), $0) }
    }

    /// Whether this month's budget lasts for all messages.
    package var isBudgetEnough: Bool { budget.map { workload.messages <= $0.left } ?? true }

    /// How many more months' budgets the messages need beyond this month's; nil where no month brings any.
    package var furtherMonths: Int? {
        guard let budget, !isBudgetEnough else { return 0 }
        guard budget.total > 0 else { return nil }
        return (workload.messages - budget.left + budget.total - 1) / budget.total
    }
}
