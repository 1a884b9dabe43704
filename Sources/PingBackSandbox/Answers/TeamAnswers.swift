import GRDB

/// A member of the team, with both of its ids.
struct MemberAnswer: Encodable, Sendable {
    /// The membership; assigning takes `userID`.
    let id: String
    let userID: String
    let email: String
    let name: String
    let role: String
    let status: String
    let isActive: Bool
    let invitedAt: String

    enum CodingKeys: String, CodingKey {
        case id, email, name, role, status
        case userID = "user_id"
        case isActive = "is_active"
        case invitedAt = "invited_at"
    }
}

extension MemberAnswer {
    init(_ row: Row) {
        self.init(
            id: row["id"], userID: row["user_id"], email: row["email"], name: row["name"], role: row["role"],
            status: row["status"], isActive: row["is_active"], invitedAt: row["invited_at"])
    }
}

/// A channel of the business. As documented a provider's `config` holds the token of its account; the widget's nothing.
struct ChannelAnswer: Encodable, Sendable {
    let id: String
    let businessID: String
    let type: String
    let config: [String: String]
    let isActive: Bool
    let createdAt: String

    enum CodingKeys: String, CodingKey {
        case id, type, config
        case businessID = "business_id"
        case isActive = "is_active"
        case createdAt = "created_at"
    }
}

/// Who the token stands for, as `auth/me` tells it.
struct AccountAnswer: Encodable, Sendable {
    let user: User
    let business: BusinessInformation
    let onboardingComplete = true
    let teamRole: String

    init(owner: Business.Member, business: Business, createdAt: String) {
        user = User(id: owner.userID, email: owner.email, fullName: owner.name)
        self.business = BusinessInformation(id: business.id, createdAt: createdAt)
        teamRole = owner.role
    }

    enum CodingKeys: String, CodingKey {
        case user, business
        case onboardingComplete = "onboarding_complete"
        case teamRole = "team_role"
    }

    struct User: Encodable, Sendable {
        let id: String
        let email: String
        let fullName: String
        let isVerified = true
        let isGoogleAccount = false
        @NullWhenAbsent var avatarURL: String?

        enum CodingKeys: String, CodingKey {
            case id, email
            case fullName = "full_name"
            case isVerified = "is_verified"
            case isGoogleAccount = "is_google_account"
            case avatarURL = "avatar_url"
        }
    }

    struct BusinessInformation: Encodable, Sendable {
        let id: String
        let name = Business.name
        @NullWhenAbsent var website: String?
        @NullWhenAbsent var goal: String?
        @NullWhenAbsent var industry: String?
        @NullWhenAbsent var teamSize: String?
        let createdAt: String

        enum CodingKeys: String, CodingKey {
            case id, name, website, goal, industry
            case teamSize = "team_size"
            case createdAt = "created_at"
        }
    }
}
