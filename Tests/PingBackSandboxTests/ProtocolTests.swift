import Testing

@Suite("What every request has to get right")
struct ProtocolTests {
    private static let paths = [
        "conversations/", "conversations/42", "auth/me", "team/members", "channels/",
    ]

    @Test("without the token every path is 401", arguments: paths)
    func unauthorized(path: String) async throws {
        try await SandboxFixture.with { sandbox in
            for header in [nil, "Bearer wrong", "Basic \(SandboxFixture.token)", "Bearer", SandboxFixture.token] {
                let reply = try await sandbox.send("GET", path, headers: ["Authorization": header])
                #expect(reply.status == 401)
                #expect(reply.header("WWW-Authenticate") == "Bearer")
                #expect(reply.detail == (header == nil ? "Not authenticated" : "Could not validate credentials"))
            }
        }
    }

    @Test("a create without the token is 401 whatever its body, and creates nothing")
    func unauthorizedCreate() async throws {
        try await SandboxFixture.with { sandbox in
            let reply = try await sandbox.send(
                "POST", "conversations/", "not JSON", headers: ["Authorization": "Bearer wrong"])
            #expect(reply.status == 401)
            #expect(try await sandbox.get("conversations/").list.isEmpty)
        }
    }

    @Test(
        "the undocumented slash is a redirect, before the token is looked at",
        arguments: [
            ("conversations", "conversations/"),
            ("conversations?page=2&limit=5", "conversations/?page=2&limit=5"),
            ("channels", "channels/"),
            ("auth/me/", "auth/me"),
            ("team/members/", "team/members"),
            ("conversations/42/", "conversations/42"),
        ])
    func redirect(path: String, location: String) async throws {
        try await SandboxFixture.with { sandbox in
            let reply = try await sandbox.send("GET", path, headers: ["Authorization": nil])
            #expect(reply.status == 307)
            #expect(
                reply.header("Location") == "http://127.0.0.1:\(sandbox.port)/api/v1/\(location)")
        }
    }

    @Test("a create to the undocumented form is a redirect and creates nothing")
    func redirectedCreate() async throws {
        try await SandboxFixture.with { sandbox in
            let reply = try await sandbox.post(
                "conversations", #"{"business_id": "\#(SandboxFixture.businessID)"}"#)
            #expect(reply.status == 307)
            #expect(try await sandbox.get("conversations/").list.isEmpty)
        }
    }

    @Test("unknown paths are 404 and unknown methods 405")
    func unknown() async throws {
        try await SandboxFixture.with { sandbox in
            for path in ["nothing", "kb/articles", "conversations/42/upload", "conversations//42", "../v2"] {
                let reply = try await sandbox.get(path)
                #expect(reply.status == 404, "\(path)")
                #expect(reply.detail == "Not Found", "\(path)")
            }
            let reply = try await sandbox.send("DELETE", "conversations/")
            #expect(reply.status == 405)
            #expect(reply.header("Allow") == "GET, POST")
            #expect(reply.detail == "Method Not Allowed")
        }
    }
}
