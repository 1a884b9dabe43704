/// Whom a conversation can be assigned to: the user ids of the active members of the business's team. Their names and
/// addresses are not kept.
package struct TeamDirectory: Sendable, Equatable {
    /// As assigning takes them; in lower case, since ids are compared without it.
    private let active: Set<String>
    /// Members who left the team, or have not joined it.
    package let inactive: Int

    init(_ members: [ListedMember]) {
        let active = members.filter { $0.isActive ?? false }.compactMap { $0.userID?.lowercased() }
        self.active = Set(active)
        inactive = members.count - active.count
    }

    package var count: Int { active.count }

    package func hasActiveMember(userID: String) -> Bool { active.contains(userID.lowercased()) }
}

/// A member of the team, by the id of the person; the id of the membership is another, and no use here.
struct ListedMember: Decodable, Sendable {
    var userID: String?
    var isActive: Bool?

    private enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case isActive = "is_active"
    }
}
