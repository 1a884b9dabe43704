import Foundation
import ImportCore
import ImportTestSupport
import Testing

@testable import Checkpointing

@Suite("The report files of a run")
struct ReportFilesTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("plan.api.rejects") }
    private let csv = ReportFiles.Format.csv(header: Array("id;subject\n".utf8))

    init() throws { folder = try TemporaryFolder() }

    private func rejected(_ number: Int, findings: Int = 1) -> RejectedRecord {
        RejectedRecord(
            Rejection(
                place: Place(file: 0, line: number + 1, record: number, offset: number * 20),
                findings: (0..<findings).map { index in
                    Finding(
                        .statusUnknown, field: "status", "the plan maps \"new\", open", hint: "add it/them",
                        line: index == 0 ? nil : 99, column: index == 0 ? nil : 7)
                }),
            file: "tickets.csv", bytes: ArraySlice("\(number);\"a\r\nb\"".utf8))
    }

    private func open(_ lengths: [String: Int] = [:]) async throws -> ReportFiles {
        try await ReportFiles.open(folder: path, format: csv, lengths: lengths)
    }

    private func read(_ name: String) throws -> String { try folder.read("plan.api.rejects/" + name) }

    @Test("hold the original bytes under the header, and a line for each finding")
    func holdOriginalBytes() async throws {
        let files = try await open()
        try await files.append([rejected(1), rejected(2, findings: 2)])
        let lengths = try await files.flush()
        #expect(try read("rejected.csv") == "id;subject\n1;\"a\r\nb\"\n2;\"a\r\nb\"")
        let lines = try read("rejections.jsonl").split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines.first == """
                {"file":"tickets.csv","line":2,"record":1,"offset":20,"field":"status","code":"status.unknown",\
                "message":"the plan maps \\"new\\", open","hint":"add it/them","column":null}
                """)
        #expect(lines.last?.contains("\"line\":99,\"record\":2") == true)
        #expect(lines.last?.hasSuffix("\"column\":7}") == true)
        #expect(lengths == ["rejected.csv": 28, "rejections.jsonl": try read("rejections.jsonl").utf8.count])
    }

    @Test("of JSON Lines have no header")
    func jsonLinesHaveNoHeader() async throws {
        let files = try await ReportFiles.open(folder: path, format: .jsonLines, lengths: [:])
        try await files.append([rejected(1)])
        #expect(try await files.flush().keys.sorted() == ["rejected.jsonl", "rejections.jsonl"])
        #expect(try read("rejected.jsonl") == "1;\"a\r\nb\"")
    }

    @Test("are not there when nothing was rejected")
    func areNotThereWithoutRejections() async throws {
        let files = try await open()
        #expect(try await files.flush() == [:])
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("equal an undisturbed run's wherever a run was killed")
    func equalAnUndisturbedRun() async throws {
        let undisturbed = try await open()
        try await undisturbed.append((1...9).map { rejected($0) })
        _ = try await undisturbed.flush()
        let whole = try ["rejected.csv", "rejections.jsonl"].map(read)

        for killedAfter in 0...8 {
            var committed: [String: Int] = [:]
            let first = try await open()
            if killedAfter > 0 {
                try await first.append((1...killedAfter).map { rejected($0) })
                committed = try await first.flush()
            }
            // Written, and lost with the process: the position was never committed.
            try await first.append([rejected(killedAfter + 1)])
            _ = try await first.flush()
            let second = try await open(committed)
            try await second.append((killedAfter + 1...9).map { rejected($0) })
            _ = try await second.flush()
            #expect(try ["rejected.csv", "rejections.jsonl"].map(read) == whole, "killed after \(killedAfter)")
        }
    }

    @Test("of a run that begins anew do not keep those of another")
    func beginAnew() async throws {
        try folder.write("plan.api.rejects/rejected.jsonl", "{}\n")
        try folder.write("plan.api.rejects/rejected.csv", "id\n1\n")
        try folder.write("plan.api.rejects/notes.txt", "mine")
        _ = try await open()
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["notes.txt"])
    }

    @Test("are refused when they are shorter than the checkpoint remembers")
    func refuseAShortenedFile() async throws {
        try folder.write("plan.api.rejects/rejected.csv", "id\n1\n")
        let error = await #expect(throws: ReportError.self) { _ = try await open(["rejected.csv": 6]) }
        #expect(error == .tooShort(path: path + "/rejected.csv", found: 5, committed: 6))
        #expect(error?.report.status == .data)
        await #expect(throws: ReportError.tooShort(path: path + "/rejections.jsonl", found: 0, committed: 1)) {
            _ = try await open(["rejected.csv": 5, "rejections.jsonl": 1])
        }
    }

    @Test("are for their owner's eyes only")
    func arePrivate() async throws {
        let files = try await open()
        try await files.append([rejected(1)])
        _ = try await files.flush()
        for (name, mode) in [("", 0o700), ("/rejected.csv", 0o600), ("/rejections.jsonl", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + name)
            #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
        }
    }

    @Test("are refused at once where no folder can be")
    func refuseAFileInTheWay() async throws {
        try folder.write("plan.api.rejects", "a file")
        let error = await #expect(throws: ReportError.self) { _ = try await open() }
        #expect(error?.report.status == .cannotWrite)
        #expect(error?.report.place == path)
    }

    @Test("fail for good when the disk is full, and name the file")
    func failForGoodOnAFullDisk() throws {
        let file = AppendingFile("/dev/full")
        let full = ReportError.cannotWrite(path: "/dev/full", reason: "No space left on device")
        try file.append("text".utf8)
        #expect(throws: full) { try file.flush() }
        #expect(throws: full) { try file.flush() }
    }

    @Test("are not written through a symbolic link")
    func refuseASymbolicLink() async throws {
        let target = try folder.write("elsewhere", "text")
        let files = try await open()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: path + "/rejected.csv", withDestinationPath: target)
        try await files.append([rejected(1)])
        await #expect(throws: ReportError.self) { try await files.flush() }
        #expect(try folder.read("elsewhere") == "text")
    }

    @Test("take a hundred thousand rejections in seconds")
    func takeManyRejections() async throws {
        let files = try await open()
        let time = try await ContinuousClock().measure {
            for first in stride(from: 1, to: 100_000, by: 1_000) {
                try await files.append((first..<first + 1_000).map { rejected($0) })
                _ = try await files.flush()
            }
        }
        #expect(time < .seconds(10))
    }
}
