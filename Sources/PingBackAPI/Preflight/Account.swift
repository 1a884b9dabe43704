/// Who the token belongs to: the answer of `auth/me`, as far as we look at it.
struct Account: Decodable, Sendable {
    struct Business: Decodable, Sendable {
        var id: String
    }

    struct User: Decodable, Sendable {
        var id: String
    }

    var user: User
    var business: Business?
    /// `owner`, `admin` or `agent`.
    var role: String?

    private enum CodingKeys: String, CodingKey {
        case user, business
        case role = "team_role"
    }
}
