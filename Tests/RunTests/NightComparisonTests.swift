import Checkpointing
import FileReading
import ImportTestSupport
import Testing

@testable import ImportCore

@Suite("A night's comparison")
struct NightComparisonTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var checkpoint: String { folder.path("run.checkpoint") }
    private let tickets = (1...40).map { Ticket(key: "\($0)") }

    private func preparation() throws -> Preparation {
        let program = try MappingCompiler.compile(
            .ofTickets, headers: [CSVHeader(names: ["id", "body", "status"])], fileNames: ["tickets.csv"], lookups: [:])
        var preparation = Preparation(program: program, limits: Limits(), hash: KeyFingerprints.hash)
        preparation.contentHash = ContentFingerprints.hash
        return preparation
    }

    private func compare(
        _ tickets: [Ticket], export: SyncOptions.Export = .full, expecting: SyncOptions.Expectation? = nil,
        confirm: @Sendable ([SourceFingerprint]) throws -> Void = { _ in }
    ) async throws -> any Night {
        let baseline = try BaselineFile.open(beside: checkpoint)
        let terms = NightTerms(
            binding: CheckpointBinding(
                planName: "acme", businessID: "b", destinationName: "sandbox", destination: "d", identity: "i",
                meaning: []),
            baseline: baseline?.facts, options: SyncOptions(export: export), duplicates: .reject, acceptsMeaning: false)
        let comparison = NightComparison(
            source: TicketSource(tickets, size: 7, barrier: nil), preparation: try preparation(), businessID: "b",
            width: 3, terms: terms, expectation: expecting)
        let draft = try await NightDraftFile.begin(
            beside: checkpoint, baseline: baseline, terms: terms, folder: folder.path(""))
        return try await comparison.compare(into: draft, confirm: confirm) { _, _ in }
    }

    private func pass(_ tickets: [Ticket], expecting: SyncOptions.Expectation? = nil) async throws {
        _ = try await compare(tickets, expecting: expecting).replaceBaseline(runID: "r") { record, place in
            .isIn(record: record.isKnown ? record.record : place)
        }
    }

    private func verdicts(_ night: any Night, _ tickets: [Ticket], size: Int) async throws -> [NightVerdict] {
        let reading = NightReading(night, fileNames: ["tickets.csv"])
        let pipeline = BatchPipeline(
            source: TicketSource(tickets, size: size, barrier: nil), preparation: try preparation(), businessID: "b",
            width: 2)
        var verdicts: [NightVerdict] = []
        try await pipeline.forEach { batch in
            verdicts += try reading.verdicts(of: batch)
            return true
        }
        return verdicts
    }

    @Test func verdictsAreReadBackInWhateverBatches() async throws {
        try await pass(tickets)
        var second = tickets
        second[3].status = "urgent"
        second[5] = Ticket(key: "new")
        second[9] = second[8]
        let night = try await compare(second)
        let verdicts = try await verdicts(night, second, size: 11)
        #expect(verdicts.count == 40)
        #expect(verdicts[0] == .unchanged(record: RecordID(file: 0, number: 1)))
        #expect(verdicts[3] == .rejected)
        #expect(verdicts[5] == .new)
        #expect(verdicts[9] == .repeated(of: RecordID(file: 0, number: 9)))
        let figures = night.facts.figures
        #expect(figures.vanished == 2)
        #expect(
            [figures.read, figures.new, figures.unchanged, figures.rejected, figures.repeated] == [40, 1, 37, 1, 1])
    }

    @Test func batchThatIsAnotherNowEndsTheNight() async throws {
        let night = try await compare(tickets)
        var changed = tickets
        changed[20] = Ticket(key: "other")
        await #expect(throws: NightError.changedSince(place: "tickets.csv record 21")) {
            _ = try await verdicts(night, changed, size: 7)
        }
        await #expect(throws: NightError.changedSince(place: "tickets.csv record 41")) {
            _ = try await verdicts(night, tickets + [Ticket(key: "more")], size: 40)
        }
    }

    @Test func fewerRecordsThanExpectedAreNoNight() async throws {
        try await pass(tickets)
        try await pass(Array(tickets.prefix(36)), expecting: .share(90))
        await #expect(throws: NightError.tooFewRecords(source: "tickets.csv", read: 32, expected: 33, last: 36)) {
            try await pass(Array(tickets.prefix(32)), expecting: .share(90))
        }
        await #expect(throws: NightError.tooFewRecords(source: "tickets.csv", read: 32, expected: 33, last: 36)) {
            try await pass(Array(tickets.prefix(32)), expecting: .records(33))
        }
        try await pass(Array(tickets.prefix(33)), expecting: .share(90))
        #expect(NightError.noRecords(source: "a").report.status == .data)
    }

    @Test func firstNightHasNoShareToExpect() async throws {
        try await pass(tickets, expecting: .share(100))
    }

    @Test func emptySourceIsAnErrorOfAFullExportOnly() async throws {
        await #expect(throws: NightError.noRecords(source: "tickets.csv")) { try await compare([]) }
        #expect(try await compare([], export: .incremental).facts.figures.read == 0)
    }

    @Test func nightEndsWhereTheFilesAreNotConfirmed() async throws {
        await #expect(throws: InputError.changedWhileRead(path: "a")) {
            try await compare(tickets) { _ in throw InputError.changedWhileRead(path: "a") }
        }
        #expect(try NightFile.find(beside: checkpoint, baseline: nil, terms: .none) == nil)
    }
}

extension NightTerms {
    fileprivate static let none = NightTerms(
        binding: CheckpointBinding(
            planName: "", businessID: "", destinationName: "", destination: "", identity: "", meaning: []),
        baseline: nil, options: SyncOptions(export: .full), duplicates: .reject, acceptsMeaning: false)
}
