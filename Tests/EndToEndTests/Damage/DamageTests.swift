import Foundation
import ImportTestSupport
import Testing

/// Whatever is wrong with a record, it is rejected with its rule, its place and its bytes, and no other record feels it.
///
/// `PINGBACK_IMPORT_DAMAGE=100` tries so many seeds.
@Suite struct DamageTests {
    private static let seeds = ProcessInfo.processInfo.environment["PINGBACK_IMPORT_DAMAGE"].flatMap { Int($0) } ?? 2

    private func workspace(_ corpus: DamageCorpus, _ format: DamageCorpus.Format) throws -> Workspace {
        let workspace = try Workspace()
        for file in corpus.files { try workspace.folder.write("export/\(file.name)", bytes: file.bytes) }
        try workspace.writePlan(
            files: "export/*.\(format.rawValue)", conversation: "created_at: { from: created, date: iso8601 }",
            more: "limits: { rejections: 100% }")
        return workspace
    }

    @Test(arguments: DamageCorpus.Format.allCases)
    func everyRecordIsAccountedFor(format: DamageCorpus.Format) async throws {
        for seed in 1...UInt64(Self.seeds) {
            let corpus = DamageCorpus(format, seed: seed)
            let workspace = try workspace(corpus, format)
            let end = try await workspace.program.run(
                "validate", "plan.yaml", "--output", "valid.jsonl", "--summary", "summary.json")
            #expect(end.status == 3, "seed \(seed): \(end.errors)")
            try expectBooks(workspace, corpus, seed: seed)
            try expectExact(workspace, corpus, seed: seed)
            try expectRejections(workspace, corpus, in: "plan.validate.rejects", format, seed: seed)
        }
    }

    @Test(arguments: DamageCorpus.Format.allCases)
    func everyWholeRecordArrivesByteForByte(format: DamageCorpus.Format) async throws {
        let corpus = DamageCorpus(format, seed: 1)
        let workspace = try workspace(corpus, format)
        #expect(try await workspace.program.run("run", "plan.yaml").status == 3)
        let arrived = try workspace.applied().sorted().map { Array($0.utf8) }
        let isSame = arrived == corpus.messages.map { Array($0.utf8) }
        #expect(isSame)
        try expectRejections(workspace, corpus, in: "plan.sandbox.rejects", format, seed: 1)
    }

    private func expectBooks(_ workspace: Workspace, _ corpus: DamageCorpus, seed: UInt64) throws {
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["records", "read"] == corpus.records, "seed \(seed)")
        #expect(summary["records", "rejected"] == corpus.rejected.count, "seed \(seed)")
        #expect(summary["records", "valid"] == corpus.whole.count, "seed \(seed)")
    }

    private func expectExact(_ workspace: Workspace, _ corpus: DamageCorpus, seed: UInt64) throws {
        let lines = try workspace.bytes("valid.jsonl").split(separator: 0x0A)
        var found: [String: [String: Any]] = [:]
        for line in lines {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            found[try #require(object["initial_message"] as? String)] = object
        }
        for ticket in corpus.whole {
            // Texts with the same bytes, which is more than the same text.
            guard let object = found.removeValue(forKey: ticket.text),
                let text = object["initial_message"] as? String, text.utf8.elementsEqual(ticket.text.utf8)
            else {
                Issue.record("seed \(seed): \(ticket.key) did not arrive as it is")
                continue
            }
            let status = ["open": "open", "done": "closed"][ticket.status]
            #expect(object["status"] as? String == status && object["created_at"] as? String == ticket.created)
        }
        #expect(found.isEmpty, "seed \(seed)")
    }

    private func expectRejections(
        _ workspace: Workspace, _ corpus: DamageCorpus, in folder: String, _ format: DamageCorpus.Format, seed: UInt64
    ) throws {
        var found: [String: [String: Any]] = [:]
        for line in try workspace.bytes(folder + "/rejections.jsonl").split(separator: 0x0A) {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            let file = (object["file"] as? String ?? "").split(separator: "/").last ?? ""
            found["\(file):\(object["record"] as? Int ?? 0)"] = object
        }
        for expected in corpus.rejected {
            guard let object = found.removeValue(forKey: "\(expected.file):\(expected.record)") else {
                Issue.record("seed \(seed): \(expected.file) record \(expected.record) is not rejected")
                continue
            }
            let code = object["code"] as? String ?? ""
            #expect(expected.codes.contains(code), "seed \(seed): \(expected.file) is \(code)")
            #expect(object["offset"] as? Int == expected.offset, "seed \(seed): \(expected.file)")
            // An open quote may show only where the next one stands.
            #expect(object["line"] as? Int ?? 0 >= expected.line, "seed \(seed): \(expected.file)")
        }
        #expect(found.isEmpty, "seed \(seed): \(found.keys.sorted())")
        // What is to be corrected comes back in the bytes of the file.
        let returned = try workspace.bytes(folder + "/rejected.\(format.rawValue)")
        for expected in corpus.rejected {
            // A document ends where its line does; a row of CSV has its line end.
            let isLine = format == .jsonl && expected.bytes.last == 0x0A
            let ending = isLine ? expected.bytes.suffix(2).prefix { $0 == 0x0D }.count + 1 : 0
            let isThere = returned.firstRange(of: Data(expected.bytes.dropLast(ending))) != nil
            #expect(isThere, "seed \(seed): \(expected.file)")
        }
    }
}
