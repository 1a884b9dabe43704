import Foundation
import Testing

@testable import ImportCore

@Suite("The message budget")
struct MessageBudgetTests {
    private let november = CalendarMonth(year: 2026, month: 11)

    private func entry(_ number: Int, _ state: AttemptState) -> AttemptEntry {
        AttemptEntry(
            record: RecordID(file: 0, number: number), state: state, attempt: 1, keyFingerprint: 0, startedAt: 0)
    }

    @Test("Promises count before their intents do, so that lanes cannot pass it together")
    func promisesCount() {
        var budget = MessageBudget(MessageSpending())
        #expect(budget.promise(RecordID(file: 0, number: 1), in: november, budget: 2) == .given)
        #expect(budget.promise(RecordID(file: 0, number: 2), in: november, budget: 2) == .given)
        #expect(budget.promise(RecordID(file: 0, number: 3), in: november, budget: 2) == .undecided)
        #expect(budget.spending == MessageSpending())
        #expect(budget.enter([entry(1, .intent), entry(2, .intent)]) == true)
        #expect(budget.spending.used(in: november) == 2)
        #expect(budget.enter([entry(1, .done), entry(2, .done)]) == true)
        #expect(budget.promise(RecordID(file: 0, number: 3), in: november, budget: 2) == .usedUp)
        #expect(budget.figures == ["message_budget": 2, "message_budget_used": 2])
    }

    @Test(
        "What was not sent is given back, what may have been is not",
        arguments: [
            (AttemptState.released, 0), (.refused, 0), (.inDoubt, 1), (.done, 1),
        ])
    func outcomes(_ state: AttemptState, _ used: Int) {
        var budget = MessageBudget(MessageSpending())
        _ = budget.promise(RecordID(file: 0, number: 1), in: november, budget: nil)
        _ = budget.enter([entry(1, .intent)])
        _ = budget.enter([entry(1, state)])
        #expect(budget.spending.used(in: november) == used)
        // A later process, which settles what is in doubt.
        var next = MessageBudget(budget.spending)
        _ = next.enter([entry(1, .released)])
        #expect(next.spending.used(in: november) == (state == .done ? 1 : 0))
    }

    @Test func theMonthThatPaidIsTheOneThatGetsItBack() {
        var budget = MessageBudget(MessageSpending())
        _ = budget.promise(RecordID(file: 0, number: 1), in: november, budget: 1)
        _ = budget.enter([entry(1, .intent)])
        #expect(budget.promise(RecordID(file: 0, number: 2), in: november.next, budget: 1) == .given)
        _ = budget.enter([entry(2, .intent), entry(1, .released)])
        #expect(budget.spending.used(in: november) == 0)
        #expect(budget.spending.used(in: november.next) == 1)
        #expect(budget.spending.lastMonth == november.next)
    }

    @Test func aRecordThatIsSentAgainReplacesItsOwnMessage() {
        var budget = MessageBudget(MessageSpending())
        let record = RecordID(file: 0, number: 1)
        #expect(budget.promise(record, in: november, budget: 1) == .given)
        _ = budget.enter([entry(1, .intent)])
        #expect(budget.promise(record, in: november, budget: 1) == .given)
        _ = budget.enter([entry(1, .released), entry(1, .intent)])
        #expect(budget.spending.used(in: november) == 1)
    }

    @Test func whatAsksForNoMessageCostsNothing() {
        var budget = MessageBudget(MessageSpending())
        #expect(budget.enter([entry(1, .intent), entry(1, .done)]) == false)
        #expect(budget.spending == MessageSpending())
        #expect(budget.figures == nil)
    }

    @Test func spendingIsReadAsItWasWritten() throws {
        var spending = MessageSpending()
        for number in 1...3 { spending.spend(RecordID(file: 1, number: number), in: november) }
        spending.keep(RecordID(file: 1, number: 2))
        #expect(try JSONDecoder().decode(MessageSpending.self, from: Data(spending.json)) == spending)
        #expect(spending.total == 3)
    }

    @Test(
        "A month is that of UTC",
        arguments: [
            ("2026-11-30T23:59:59Z", "2026-11", "2026-12-01T00:00:00Z"),
            ("2026-12-01T00:00:00Z", "2026-12", "2027-01-01T00:00:00Z"),
            ("2028-02-29T12:00:00Z", "2028-02", "2028-03-01T00:00:00Z"),
            ("1969-12-31T23:59:59Z", "1969-12", "1970-01-01T00:00:00Z"),
        ])
    func months(_ moment: String, _ text: String, _ next: String) throws {
        let seconds = try Date(moment, strategy: .iso8601).timeIntervalSince1970
        let month = CalendarMonth(milliseconds: Int64(seconds * 1000))
        #expect(month.description == text)
        #expect(CalendarMonth(text) == month)
        #expect(month.next.start == Int(try Date(next, strategy: .iso8601).timeIntervalSince1970))
    }
}
