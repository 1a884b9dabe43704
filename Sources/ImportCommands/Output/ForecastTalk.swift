import FileReading
import Foundation
import ImportCore

/// How long a run into the API will take, in one line for a person.
struct ForecastTalk {
    let options: APIOptions
    let destination: String

    /// So many files of a source are looked into.
    private static let filesSampled = 20

    /// A rehearsal without bounds is over in a moment; there is nothing to say about it.
    var isWorthSaying: Bool {
        destination == "api" || options.rate != nil || options.messageBudget != nil || !options.window.isEmpty
    }

    /// What a source holds: counted where it is small, else reckoned from its first records. Nil for one that can be read
    /// only once, such as standard input.
    static func workload(of session: PlanSession, assigns: Bool) async throws -> Workload? {
        guard let sizes = session.opened.sizes else { return nil }
        var sample = WorkloadSample()
        for index in sizes.indices.prefix(filesSampled) {
            try await enter(session.look(at: index), assigns: assigns, session, into: &sample)
        }
        if sizes.count > filesSampled { sample.cut() }
        return sample.workload(ofBytes: sizes.reduce(0, +))
    }

    private static func enter(
        _ source: some RecordSource, assigns: Bool, _ session: PlanSession, into sample: inout WorkloadSample
    ) async throws {
        try await sample.enter(
            source, assigns: assigns, preparation: session.preparation, businessID: session.plan.businessID)
    }

    /// - Parameters:
    ///   - workload: what is still to be sent.
    ///   - spending: the messages sent so far.
    func text(_ workload: Workload, spending: MessageSpending) -> String {
        let clock = Date().timeIntervalSince1970
        let now = Int(clock)
        let window = SendingWindow(options.window)
        let forecast = Forecast(
            workload, rate: options.rate, window: window, budget: options.messageBudget,
            used: spending.used(in: CalendarMonth(milliseconds: Int64(clock * 1000))), now: now)
        let about = workload.isEstimate ? "about " : ""
        var parts = [
            about + Figures.counted(workload.conversations, "conversation") + " to send, "
                + Figures.grouped(workload.messages) + " with a message"
        ]
        if let seconds = forecast.seconds {
            let end = forecast.end.map { end in
                (window == nil ? ", until " : ", with the window until ")
                    + MomentText.of(end, now: now, zone: window?.zone(at: end))
            }
            parts.append("about " + Figures.duration(seconds) + (end ?? ""))
        } else {
            parts.append("how long it takes is the server's matter, as the plan names no rate")
        }
        if let window, !window.isOpen(at: now), let opening = window.change(after: now) {
            let zone = window.zone(at: opening)
            parts.append("the window opens " + MomentText.of(opening, now: now, zone: zone))
        }
        if let budget = forecast.budget { parts.append(Self.text(forecast, left: budget.left, of: budget.total)) }
        return "forecast: " + parts.joined(separator: "; ")
    }

    private static func text(_ forecast: Forecast, left: Int, of total: Int) -> String {
        let messages = forecast.workload.messages
        let budget = "the budget of \(Figures.counted(total, "message")) a month"
        if forecast.isBudgetEnough { return budget + " is enough, with \(Figures.grouped(left)) left" }
        let lasts = budget + " lasts for \(Figures.grouped(left)) of \(Figures.grouped(messages))"
        return lasts + (forecast.furtherMonths.map { ", the rest takes \(Figures.counted($0, "more month"))" } ?? "")
    }
}
