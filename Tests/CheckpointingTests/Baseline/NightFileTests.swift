import Checkpointing
import Foundation
import ImportCore
import ImportTestSupport
import Testing

@Suite("A night beside the last one")
struct NightFileTests {
    private func records(_ keys: Range<Int>, status: UInt32 = 0) -> [NightRecord] {
        keys.map { Nights.record($0, status: status) }
    }

    @Test func firstNightFindsEverythingNew() async throws {
        let nights = try Nights()
        let figures = try await nights.pass(records(0..<3000))
        #expect(figures.new == 3000)
        #expect(try nights.entries().map(\.record.number) == Array(1...3000))
    }

    @Test func unchangedNightFindsNothingToSend() async throws {
        let nights = try Nights()
        try await nights.pass(records(0..<3000))
        let before = try nights.entries()
        let figures = try await nights.pass(records(0..<3000))
        #expect(figures.unchanged == 3000)
        #expect(figures.toBeSent == 0)
        let isSame = try nights.entries() == before
        #expect(isSame)
    }

    @Test func otherOrderChangesNothing() async throws {
        let nights = try Nights()
        try await nights.pass(records(0..<20_000))
        let figures = try await nights.pass(records(0..<20_000).reversed())
        #expect(figures.unchanged == 20_000)
        let again = try await nights.pass(records(0..<20_000).reversed())
        #expect(again.unchanged == 20_000)
    }

    @Test func vanishedRecordIsListedOnceAndIsNotNewWhenItReturns() async throws {
        let nights = try Nights()
        try await nights.pass(records(0..<10))
        let night = try await nights.compare(records(0..<8))
        var gone: [Int] = []
        try await night.forEachVanished(includingEarlier: false) { gone.append($0.record.number) }
        #expect(gone == [9, 10])
        try await nights.pass(records(0..<8))
        let next = try await nights.compare(records(0..<8))
        #expect(next.facts.figures.vanished == 0)
        var all: [Int] = []
        try await next.forEachVanished(includingEarlier: true) { all.append($0.record.number) }
        #expect(all == [9, 10])
        try await nights.pass(records(0..<8))
        let back = try await nights.pass(records(0..<10))
        #expect(back.new == 0 && back.returned == 2 && back.unchanged == 10)
    }

    @Test func incrementalExportLeavesTheOthersAsTheyAre() async throws {
        var nights = try Nights()
        nights.export = .incremental
        try await nights.pass(records(0..<5000))
        let figures = try await nights.pass(records(4990..<5010))
        #expect(figures.new == 10 && figures.unchanged == 10 && figures.vanished == 0)
        #expect(try nights.entries().count { !$0.isVanished } == 5010)
    }

    @Test func whatWasNotWrittenIsTriedAgain() async throws {
        let nights = try Nights()
        let (first, second) = (Nights.record(1), Nights.record(2))
        try await nights.pass([first, second], failing: [first.key.low])
        let again = try await nights.pass([first, second])
        #expect(again.new == 1 && again.unchanged == 1)
        let changed = [Nights.record(1, status: 5), second]
        try await nights.pass(changed, failing: [first.key.low])
        let retried = try await nights.pass(changed)
        #expect(retried.changed == 1)
    }

    @Test func rejectedRecordKeepsWhatIsIn() async throws {
        let nights = try Nights()
        try await nights.pass(records(0..<3))
        let figures = try await nights.pass([Nights.record(0, status: 9, .rejected)] + records(1..<3))
        #expect(figures.rejected == 1 && figures.vanished == 0)
        #expect(try await nights.pass(records(0..<3)).unchanged == 3)
    }

    @Test func changedMeaningIsTakenOverWithoutSending() async throws {
        var nights = try Nights()
        try await nights.pass(records(0..<10))
        nights.meaning = "b"
        let night = try await nights.compare(records(0..<10, status: 1))
        let verdict = night.verdict(on: try #require(try night.records(from: 4, count: 1).first))
        #expect(verdict == .remapped(.status, record: RecordID(file: 0, number: 5)))
        _ = try await night.replaceBaseline(runID: "b") { _, _ in
            Issue.record("nobody is asked about what is not sent")
            return .isOut
        }
        #expect(try await nights.pass(records(0..<10, status: 1)).unchanged == 10)
    }

    @Test func recordsOfSeveralFilesKeepTheirPlaces() async throws {
        let nights = try Nights()
        let night = try await nights.compare(records(0..<10), files: [4, 0, 6])
        #expect(night.facts.place(of: 4) == RecordID(file: 2, number: 1))
        #expect(night.facts.ordinal(of: RecordID(file: 2, number: 6)) == 9)
        var places: [RecordID] = []
        _ = try await night.replaceBaseline(runID: "r") { _, place in
            places.append(place)
            return .isIn(record: place)
        }
        #expect(places.map(\.file) == [0, 0, 0, 0, 2, 2, 2, 2, 2, 2])
        #expect(places.map(\.number) == [1, 2, 3, 4, 1, 2, 3, 4, 5, 6])
    }

    @Test func comparisonIsFoundAgainOnTheSameTermsOnly() async throws {
        var nights = try Nights()
        try await nights.pass(records(0..<10))
        _ = try await nights.compare(records(0..<12))
        let baseline = try nights.baseline()
        let found = try NightFile.find(beside: nights.checkpoint, baseline: baseline, terms: nights.terms(baseline))
        #expect(found?.facts.figures.new == 2)
        nights.duplicates = .last
        #expect(try NightFile.find(beside: nights.checkpoint, baseline: baseline, terms: nights.terms(baseline)) == nil)
        NightFile.remove(beside: nights.checkpoint)
        #expect(!FileManager.default.fileExists(atPath: nights.nightPath))
    }

    @Test func nightThatFailsLeavesTheBaseline() async throws {
        struct Failure: Error {}
        let nights = try Nights()
        try await nights.pass(records(0..<10))
        let before = try Data(contentsOf: URL(filePath: nights.baselinePath))
        let night = try await nights.compare(records(0..<12))
        await #expect(throws: Failure.self) {
            _ = try await night.replaceBaseline(runID: "x") { _, _ in throw Failure() }
        }
        let isSame = try Data(contentsOf: URL(filePath: nights.baselinePath)) == before
        #expect(isSame)
        #expect(!FileManager.default.fileExists(atPath: nights.baselinePath + ".part"))
    }
}
