import ImportCore
import Testing

@Suite("Message budget and window of a plan")
struct AllowanceTests {
    private func options(_ text: String) throws -> APIOptions {
        try Plans.read(Plans.text(more: "destinations: {sandbox: {\(text)}}")).destinations.sandbox
    }

    @Test func budgetIsANumber() throws {
        #expect(try options("message_budget: 5000").messageBudget == 5000)
        #expect(try options("concurrency: 1").messageBudget == nil)
    }

    @Test func windowIsHoursAndAZone() throws {
        let night = SendingHours(from: 72_000, to: 21_600, zone: "Europe/Berlin")
        #expect(try options("window: 20:00-06:00 Europe/Berlin").window == [night])
        #expect(
            try options("window: [20:00-06:00 Europe/Berlin, 12:00:30-24:00 UTC]").window == [
                night, SendingHours(from: 43_230, to: 86_400, zone: "UTC"),
            ])
        #expect(try options("concurrency: 1").window.isEmpty)
    }

    @Test(arguments: [
        Complaint("message_budget: -1", "message_budget is \"-1\"; it must be a whole number from 0 to 1000000000"),
        Complaint(
            "window: 20:00-06:00", "window is \"20:00-06:00\"; it must be hours and a zone\n  try: 20:00-06:00 Eu"),
        Complaint("window: 24:00-06:00 UTC", "it must be hours and a zone"),
        Complaint("window: 20:00-24:30 UTC", "it must be hours and a zone"),
        Complaint("window: 20:60-06:00 UTC", "it must be hours and a zone"),
        Complaint("window: 8pm-6am UTC", "it must be hours and a zone"),
        Complaint("window: 06:00-06:00 UTC", "which is no time at all"),
        Complaint("window: []", "window is empty"),
        Complaint("window: 20:00-06:00 CEST", "names the zone \"CEST\", which is not known"),
        Complaint("window: 20:00-06:00 Europe/Berlim", "which is not known\n  try: did you mean Europe/Berlin"),
    ])
    func wrongOnesAreNamed(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(more: "destinations: {sandbox: {\(complaint.piece)}}"))
        #expect(report.hasPrefix("plan.yaml:6: error: destinations.sandbox."), "\(report)")
        #expect(report.contains(complaint.report), "\(report)")
    }
}
