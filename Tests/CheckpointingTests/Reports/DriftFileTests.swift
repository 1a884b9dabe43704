import Foundation
import ImportCore
import ImportTestSupport
import Testing

@testable import Checkpointing

@Suite("The list of drift")
struct DriftFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("plan.api.rejects/night") }

    init() throws { folder = try TemporaryFolder() }

    private func drift(_ number: Int) -> ListedDrift {
        ListedDrift(
            Drift(
                "status", before: "resolved", after: "open \"\(number)\"", reason: .cannotCarry, ending: .notCarried),
            place: Place(file: 0, line: number + 1, record: number, offset: number * 20), file: "tickets.csv",
            key: "T-\(number)", remoteID: number == 1 ? nil : "c\(number)")
    }

    private func read() throws -> String { try folder.read("plan.api.rejects/night/drift.jsonl") }

    @Test("has a line for each difference, with every key, and is its owner's alone")
    func hasALineForEachDifference() async throws {
        let list = try await DriftFile.open(folder: path, lengths: [:])
        try await list.append([drift(1), drift(2)])
        let lengths = try await list.flush()
        let text = try read()
        #expect(lengths == ["drift.jsonl": text.utf8.count])
        #expect(
            text.split(separator: "\n").first == """
                {"file":"tickets.csv","line":2,"record":1,"offset":20,"key":"T-1","conversation":null,"message":null,\
                "field":"status","before":"resolved","after":"open \\"1\\"","reason":"cannot carry",\
                "ending":"not_carried"}
                """)
        let mode = try FileManager.default.attributesOfItem(atPath: path + "/drift.jsonl")[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test("is not there where nothing drifted")
    func isNotThereWithoutDrift() async throws {
        let list = try await DriftFile.open(folder: path, lengths: [:])
        try await list.append([])
        #expect(try await list.flush() == [:])
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("holds what is proposed on the disk until what came of it takes its place", arguments: [0, 1])
    func holdsWhatIsProposed(_ before: Int) async throws {
        let list = try await DriftFile.open(folder: path, lengths: [:])
        if before > 0 { try await list.append([drift(9)]) }
        try await list.propose([drift(1)])
        try await list.propose([drift(1), drift(2)])
        #expect(try read().split(separator: "\n").count == 3 + before)
        try await list.withdraw()
        #expect(FileManager.default.fileExists(atPath: path + "/drift.jsonl") == (before > 0))
        try await list.append([drift(2), drift(3)])
        let lengths = try await list.flush()
        let text = try read()
        #expect(lengths == ["drift.jsonl": text.utf8.count])
        #expect(text.split(separator: "\n").count == 2 + before)
        #expect(!text.contains("T-1"))
    }

    @Test("equals an undisturbed run's wherever a run was killed")
    func equalsAnUndisturbedRun() async throws {
        let undisturbed = try await DriftFile.open(folder: path, lengths: [:])
        try await undisturbed.append((1...6).map(drift))
        _ = try await undisturbed.flush()
        let whole = try read()
        for killedAfter in 0...5 {
            var committed: [String: Int] = [:]
            let first = try await DriftFile.open(folder: path, lengths: [:])
            if killedAfter > 0 {
                try await first.append((1...killedAfter).map(drift))
                committed = try await first.flush()
            }
            // Written, and its length not committed.
            try await first.append([drift(killedAfter + 1)])
            _ = try await first.flush()
            let second = try await DriftFile.open(folder: path, lengths: committed)
            try await second.append(((killedAfter + 1)...6).map(drift))
            _ = try await second.flush()
            let end = try read()
            #expect(end == whole, "killed after \(killedAfter)")
        }
    }
}
