import Foundation
import ImportTestSupport
import PingBackSandbox
import Testing

@Suite("The sandbox's data file")
struct DataFileTests {
    @Test("keeps everything over a restart, and its id")
    func restart() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("data.sqlite")
        var before: [Data?] = []
        try await SandboxFixture.with(dataFile: path) { sandbox in
            let id = try await sandbox.create(message: "kept", customerID: SandboxFixture.customerID).id
            _ = try await sandbox.put("conversations/\(id)/close")
            before = try await snapshot(of: sandbox, conversation: id)
        }
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"), "the file alone is the data")
        #expect(try SandboxJournal(ofDataFile: path).entries.map(\.message) == ["kept"])
        #expect(throws: SandboxError.self) { try SandboxJournal(ofDataFile: folder.path("missing.sqlite")) }
        try await SandboxFixture.with(dataFile: path) { sandbox in
            let id = try #require(try await sandbox.get("conversations/").list.first?["id"] as? String)
            #expect(try await snapshot(of: sandbox, conversation: id) == before)
            _ = try await sandbox.create(message: "new")
            #expect(try SandboxJournal(ofDataFile: path).entries.map(\.message) == ["kept", "new"])
        }
    }

    private func snapshot(of sandbox: SandboxFixture, conversation id: String) async throws -> [Data?] {
        let me = try await sandbox.get("auth/me")
        let conversation = try await sandbox.get("conversations/\(id)")
        return [
            Data((me.header("X-Sandbox-Data") ?? "none").utf8),
            try JSONSerialization.data(withJSONObject: me.object, options: .sortedKeys),
            try JSONSerialization.data(withJSONObject: conversation.object, options: .sortedKeys),
        ]
    }

    @Test("every new file has an id of its own")
    func ids() async throws {
        var ids: Set<String?> = []
        for _ in 1...2 {
            try await SandboxFixture.with { sandbox in
                ids.insert(try await sandbox.get("auth/me").header("X-Sandbox-Data"))
            }
        }
        #expect(ids.count == 2)
    }

    @Test("is readable by its owner only, with its WAL")
    func modes() async throws {
        try await SandboxFixture.with { sandbox in
            _ = try await sandbox.create(message: "private")
            for suffix in ["", "-wal", "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: sandbox.dataFile + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
            }
        }
    }

    @Test("of another business is refused and left as it was")
    func anotherBusiness() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("data.sqlite")
        try await SandboxFixture.with(dataFile: path) { _ = try await $0.create() }
        let bytes = try Data(contentsOf: URL(filePath: path))
        let error = await failure(dataFile: path, businessID: SandboxFixture.customerID)
        #expect(
            error
                == .dataOfAnotherBusiness(
                    path: path, found: SandboxFixture.businessID, expected: SandboxFixture.customerID))
        #expect(error?.description.contains(SandboxFixture.businessID) == true)
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }

    @Test("that is something else is refused and left as it was")
    func somethingElse() async throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "id;subject\n1;Hello\n", count: 100)
        let path = try folder.write("tickets.csv", text)
        #expect(await failure(dataFile: path) == .notSandboxData(path: path))
        #expect(try folder.read("tickets.csv") == text)
    }

    @Test("in a folder that is not there, or that is a folder, is a reason to stop")
    func unusable() async throws {
        let folder = try TemporaryFolder()
        for path in [folder.path("missing/data.sqlite"), folder.url.path] {
            guard case .dataFileUnusable(path, let reason) = await failure(dataFile: path) else {
                Issue.record("no refusal of \(path)")
                continue
            }
            #expect(!reason.isEmpty)
        }
    }

    @Test("serves several servers at once, also when all of them find no file")
    func severalServers() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("data.sqlite")
        let servers = (1...6).map { _ in SandboxServer(SandboxFixture.configuration(dataFile: path)) }
        let ids = try await withThrowingTaskGroup(of: String?.self) { group in
            for server in servers {
                group.addTask {
                    let sandbox = SandboxFixture(dataFile: path, port: try await server.start())
                    for number in 1...20 { _ = try await sandbox.create(message: "\(number)") }
                    return try await sandbox.get("auth/me").header("X-Sandbox-Data")
                }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        for server in servers { await server.stop() }
        #expect(try SandboxJournal(ofDataFile: path).entries.count == 120)
    }

    private func failure(dataFile: String, businessID: String = SandboxFixture.businessID) async -> SandboxError? {
        let server = SandboxServer(SandboxFixture.configuration(dataFile: dataFile, businessID: businessID))
        do {
            _ = try await server.start()
            await server.stop()
            return nil
        } catch {
            return error
        }
    }
}
