import Foundation
import Testing

@Suite("Account, team, and channels")
struct TeamTests {
    @Test("auth/me is the owner, of the configured business, and names the data")
    func account() async throws {
        try await SandboxFixture.with { sandbox in
            let me = try await sandbox.get("auth/me")
            #expect(me.status == 200)
            #expect(Set(me.object.keys) == ["user", "business", "onboarding_complete", "team_role"])
            let user = try #require(me.object["user"] as? [String: Any])
            #expect(Set(user.keys) == ["id", "email", "full_name", "is_verified", "is_google_account", "avatar_url"])
            let business = try #require(me.object["business"] as? [String: Any])
            #expect(
                Set(business.keys) == ["id", "name", "website", "goal", "industry", "team_size", "created_at"])
            #expect(business["id"] as? String == SandboxFixture.businessID)
            #expect(me.object["team_role"] as? String == "owner")
            let data = try #require(me.header("X-Sandbox-Data"))
            #expect(UUID(uuidString: data) != nil)
        }
    }

    @Test("the team is an owner, an admin, and an agent, whose ids follow from the business")
    func members() async throws {
        var teams: [[String]] = []
        for business in [SandboxFixture.businessID, SandboxFixture.businessID, SandboxFixture.customerID] {
            try await SandboxFixture.with(businessID: business) { sandbox in
                let members = try await sandbox.get("team/members").list
                #expect(members.compactMap { $0["role"] as? String } == ["owner", "admin", "agent"])
                #expect(
                    Set(members[0].keys) == [
                        "id", "user_id", "email", "name", "role", "status", "is_active", "invited_at",
                    ])
                #expect(members.allSatisfy { $0["is_active"] as? Bool == true })
                teams.append(members.flatMap { [$0["id"] as? String ?? "", $0["user_id"] as? String ?? ""] })
            }
        }
        #expect(Set(teams[0]).count == 6)
        #expect(teams[0].allSatisfy { UUID(uuidString: $0) != nil })
        #expect(teams[0] == teams[1])
        #expect(Set(teams[0]).isDisjoint(with: teams[2]))
    }

    @Test("conversations are created on the widget, and a provider's channel shows its secret, as documented")
    func channels() async throws {
        try await SandboxFixture.with { sandbox in
            let channels = try await sandbox.get("channels/").list
            #expect(channels.map { $0["type"] as? String } == ["widget", "telegram"])
            #expect(channels.map { $0["is_active"] as? Bool } == [true, false])
            for channel in channels {
                #expect(Set(channel.keys) == ["id", "business_id", "type", "config", "is_active", "created_at"])
            }
            #expect(channels[0]["id"] as? String == (try await sandbox.create()).object["channel_id"] as? String)
            #expect((channels[0]["config"] as? [String: Any])?.isEmpty == true)
            #expect((channels[1]["config"] as? [String: Any])?["access_token"] is String)
        }
    }

    @Test("both assigns take the user id of an active member")
    func assign() async throws {
        try await SandboxFixture.with { sandbox in
            let members = try await sandbox.get("team/members").list
            let admin = try #require(members[1]["user_id"] as? String)
            let agent = try #require(members[2]["user_id"] as? String)
            let created = try await sandbox.create()

            let put = try await sandbox.put("conversations/\(created.id)/assign/\(agent)")
            #expect(put.status == 200)
            #expect(put.object["assignee_id"] as? String == agent)
            let read = try await sandbox.get("conversations/\(created.id)").object
            #expect(read["assignee_id"] as? String == agent)
            #expect(try #require(read["updated_at"] as? String) > created.object["updated_at"] as? String ?? "")

            let post = try await sandbox.post("team/assign/\(created.id)?agent_id=\(admin)")
            #expect(post.status == 200)
            #expect(post.object["message"] is String)
            #expect(try await sandbox.get("conversations/\(created.id)").object["assignee_id"] as? String == admin)
        }
    }

    @Test("somebody who is no member cannot be assigned; a membership id is nobody's user id")
    func assignStranger() async throws {
        try await SandboxFixture.with { sandbox in
            let membership = try #require(try await sandbox.get("team/members").list[2]["id"] as? String)
            let id = try await sandbox.create().id
            for stranger in [membership, SandboxFixture.customerID, "42"] {
                let put = try await sandbox.put("conversations/\(id)/assign/\(stranger)")
                #expect(put.status == 404)
                #expect(put.detail == "Agent not found")
                let post = try await sandbox.post("team/assign/\(id)?agent_id=\(stranger)")
                #expect(post.status == 400)
                #expect(post.detail != nil)
            }
            let missing = try await sandbox.post("team/assign/\(id)")
            #expect(missing.status == 422)
            #expect(missing.findings == ["query.agent_id: value_error.missing"])
            #expect(try await sandbox.get("conversations/\(id)").object["assignee_id"] is NSNull)
        }
    }
}
