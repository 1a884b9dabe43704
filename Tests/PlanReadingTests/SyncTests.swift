import ImportCore
import Testing

@Suite("Nights of a plan")
struct SyncTests {
    private func options(_ text: String) throws -> SyncOptions? {
        try Plans.read(
            Plans.text(
                conversation: "{initial_message: body, updated_at: {from: u, date: iso8601}}", more: "sync: {\(text)}")
        ).sync
    }

    @Test func planWithoutThemHasNone() throws { #expect(try Plans.read(Plans.text()).sync == nil) }

    @Test func exportIsAllThatIsAsked() throws {
        #expect(try options("export: full") == SyncOptions(export: .full))
        #expect(try options("export: incremental") == SyncOptions(export: .incremental))
    }

    @Test func expectationIsAShareOrANumber() throws {
        #expect(try options("export: full, expect: at_least 90%")?.expectation == .share(90))
        #expect(try options("export: full, expect: 99.5%")?.expectation == .share(99.5))
        #expect(try options("export: full, expect: at_least 5000")?.expectation == .records(5000))
        #expect(try options("export: full, expect: 0")?.expectation == .records(0))
    }

    @Test func sinceHasAnOverlapOfTwoDays() throws {
        #expect(try options("export: full")?.overlap == nil)
        #expect(try options("export: full, since: updated_at")?.overlap == 172_800)
        #expect(try options("export: full, since: updated_at, overlap: 7d")?.overlap == 604_800)
        #expect(try options("export: full, since: updated_at, overlap: 0s")?.overlap == 0)
    }

    @Test func driftIsKeptUnlessItIsToBeOverwritten() throws {
        #expect(try options("export: full")?.onDrift == .keep)
        #expect(try options("export: full, on_drift: overwrite")?.onDrift == .overwrite)
    }

    @Test func theyDecideNothingOfWhatARecordBecomes() throws {
        let with = try Plans.read(Plans.text(more: "sync: {export: full, expect: 90%}"))
        #expect(try with.meaning == Plans.read(Plans.text()).meaning)
    }

    @Test func lastOfRepeatedKeysIsKnown() throws {
        #expect(try Plans.read(Plans.text(more: "duplicates: last")).duplicates == .last)
    }

    @Test(arguments: [
        Complaint("sync: {}", "sync.export is missing\n  try: export: full"),
        Complaint("sync: {export: whole}", "sync.export is \"whole\"; it must be full or incremental"),
        Complaint("sync: {export: full, expct: 90%}", "unknown key \"expct\" in sync\n  try: did you mean expect?"),
        Complaint("sync: {export: full, expect: at_least}", "it must be a percentage of the last night's records"),
        Complaint("sync: {export: full, expect: 110%}", "it must be a percentage of the last night's records"),
        Complaint("sync: {export: full, expect: at_most 90%}", "it must be a percentage of the last night's records"),
        Complaint("sync: {export: full, since: created_at}", "sync.since is \"created_at\"; it must be updated_at"),
        Complaint("sync: {export: full, since: updated_at}", "goes by updated_at, which the plan does not map"),
        Complaint("sync: {export: full, overlap: 2d}", "sync.overlap means nothing without since"),
        Complaint("sync: {export: full, on_drift: ask}", "sync.on_drift is \"ask\"; it must be keep or overwrite"),
    ])
    func wrongOnesAreNamed(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(more: complaint.piece))
        #expect(report.hasPrefix("plan.yaml:6: error: "), "\(report)")
        #expect(report.contains(complaint.report), "\(report)")
    }
}
