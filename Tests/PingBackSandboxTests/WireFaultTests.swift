import Foundation
import PingBackSandbox
import Testing

@Suite("Faults on the wire")
struct WireFaultTests {
    private static func applied(_ sandbox: SandboxFixture) throws -> [String] {
        try SandboxJournal(ofDataFile: sandbox.dataFile).entries.map { $0.message ?? "" }
    }

    @Test(
        "a kept-alive connection ends as the next request comes in, in order or with a reset",
        arguments: [("close", RawConnection.Ending.inOrder), ("reset", .reset)])
    func endsOnArrival(way: String, ending: RawConnection.Ending) async throws {
        let script = "faults: [{when: {request: create, number: 2}, do: {\(way): on-arrival}}]"
        try await SandboxFixture.with(script: script) { sandbox in
            let connection = try RawConnection(sandbox)
            connection.sendCreate("first")
            connection.readAnswer()
            #expect(connection.received.hasPrefix("HTTP/1.1 200 OK\r\n"))
            connection.sendCreate("second")
            #expect(connection.readToEnd() == ending)
            let journal = try Self.applied(sandbox)
            #expect(journal == ["first"])
        }
    }

    @Test(
        "an answer is lost after the commit, in order or with a reset",
        arguments: [("close", RawConnection.Ending.inOrder), ("reset", .reset)])
    func endsAfterCommit(way: String, ending: RawConnection.Ending) async throws {
        try await SandboxFixture.with(script: "faults: [{do: {\(way): after-commit}}]") { sandbox in
            let connection = try RawConnection(sandbox)
            connection.sendCreate("text")
            #expect(connection.readToEnd() == ending)
            #expect(connection.received.isEmpty)
            let journal = try Self.applied(sandbox)
            #expect(journal == ["text"])
        }
    }

    @Test("an answer comes byte by byte, from its status line on, and the next one as always")
    func slowBytes() async throws {
        let script = "faults: [{when: {number: 1}, do: {slow_bytes: 3ms}}]"
        try await SandboxFixture.with(script: script) { sandbox in
            let connection = try RawConnection(sandbox)
            connection.sendCreate("slow")
            connection.readAnswer()
            #expect(connection.received.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(connection.received.hasSuffix("}]}") || connection.received.hasSuffix("}"))
            let slowReads = connection.reads
            #expect(slowReads > 100)
            connection.sendCreate("fast")
            connection.readAnswer()
            #expect(connection.received.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(connection.reads - slowReads < 10)
            let journal = try Self.applied(sandbox)
            #expect(journal == ["slow", "fast"])
        }
    }

    @Test("an answer breaks off inside its body", arguments: ["", ", slow_bytes: 1ms"])
    func truncated(manner: String) async throws {
        try await SandboxFixture.with(script: "faults: [{do: {truncate_at: 20\(manner)}}]") { sandbox in
            let connection = try RawConnection(sandbox)
            connection.sendCreate("text")
            #expect(connection.readToEnd() == .inOrder)
            let parts = connection.received.components(separatedBy: "\r\n\r\n")
            #expect(parts.count == 2)
            #expect(parts.last?.utf8.count == 20)
            let length = connection.received.firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
            #expect(length > 100)
            let journal = try Self.applied(sandbox)
            #expect(journal == ["text"])
        }
    }

    @Test("bytes of any kind take the place of an answer", arguments: [true, false])
    func bytes(committed: Bool) async throws {
        let script = #"faults: [{do: {bytes: "HTTP/1.1 100 Continue\r\n\r\nno HTTP", committed: \#(committed)}}]"#
        try await SandboxFixture.with(script: script) { sandbox in
            let connection = try RawConnection(sandbox)
            connection.sendCreate("text")
            #expect(connection.readToEnd() == .inOrder)
            #expect(connection.received == "HTTP/1.1 100 Continue\r\n\r\nno HTTP")
            let journal = try Self.applied(sandbox)
            #expect(journal == (committed ? ["text"] : []))
        }
    }

    @Test("a restart cuts every connection, and comes back on the same port with the same data and counts")
    func restart() async throws {
        let script = "faults: [{when: {request: create, number: 2}, do: {restart: 300ms}}]"
        try await SandboxFixture.with(script: script) { sandbox in
            let idle = try RawConnection(sandbox)
            idle.sendCreate("first")
            idle.readAnswer()
            let other = try RawConnection(sandbox)
            other.sendCreate("second")
            #expect(other.readToEnd() == .inOrder)
            #expect(idle.readToEnd() == .inOrder)
            var reply: Reply?
            for _ in 1...500 where reply == nil {
                reply = try? await sandbox.create(message: "third")
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(reply?.status == 200)
            let journal = try Self.applied(sandbox)
            #expect(journal == ["first", "third"])
        }
    }

    @Test("a server that is down for a restart can be stopped")
    func stopWhileDown() async throws {
        try await SandboxFixture.with(script: "faults: [{do: {restart: 1h}}]") { sandbox in
            let connection = try RawConnection(sandbox)
            connection.sendCreate("text")
            #expect(connection.readToEnd() == .inOrder)
            let journal = try Self.applied(sandbox)
            #expect(journal.isEmpty)
        }
    }
}
