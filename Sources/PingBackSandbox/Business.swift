/// The business a sandbox plays, with the ids of all that is there from the beginning.
///
/// The ids follow from the business's own, so that a plan may name them and every data file of the business has the
/// same. As in PingBack's own examples they are 8-4-4-4-12 hexadecimal digits, not RFC 9562 UUIDs.
struct Business: Sendable, Equatable {
    let id: String

    /// Inside an embedded customer PingBack shows businesses by integer ids.
    static let number = 1

    static let name = "Sandbox"

    init?(id: String) {
        guard let id = Self.canonical(id) else { return nil }
        self.id = id
    }

    var owner: Member { member(1, "owner", "Sandbox Owner") }
    var admin: Member { member(2, "admin", "Sandbox Admin") }
    var agent: Member { member(3, "agent", "Sandbox Agent") }

    var team: [Member] { [owner, admin, agent] }

    /// Creating a widget provisions a default widget channel; a sandbox creates conversations on no other.
    var channelID: String { derivedID(0x63_68_00_00_00_01) }
    static let channelType = "widget"

    var providerChannelID: String { derivedID(0x63_68_00_00_00_02) }
    static let providerChannelType = "telegram"
    /// What PingBack shows in the configuration of a provider's channel, and what nobody's log should ever hold.
    static let providerSecret = "sandbox-bot-token:AAH-never-write-this-down"

    private func member(_ number: UInt64, _ role: String, _ name: String) -> Member {
        Member(
            id: derivedID(0x6d_65_6d_00_00_00 + number),
            userID: derivedID(0x75_73_65_72_00_00 + number),
            email: "\(role)@sandbox.invalid",
            name: name,
            role: role
        )
    }

    /// The business's id with its last 48 bits changed by `tag`: distinct for distinct tags, and never random.
    private func derivedID(_ tag: UInt64) -> String {
        let node = UInt64(id.suffix(12), radix: 16) ?? 0
        let digits = String(node ^ tag, radix: 16)
        return id.prefix(24) + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// Any 8-4-4-4-12 hexadecimal digits, in lower case as FastAPI gives them back; nil for anything else.
    /// Version and variant are not looked at: PingBack's documented ids are not RFC 9562 either.
    static func canonical(_ uuid: String) -> String? {
        let bytes = Array(uuid.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 8, 13, 18, 23:
                guard byte == UInt8(ascii: "-") else { return nil }
            default:
                guard Character(UnicodeScalar(byte)).isHexDigit else { return nil }
            }
        }
        return uuid.lowercased()
    }
}

extension Business {
    /// A member of the team as it is seeded.
    struct Member: Sendable, Equatable {
        /// The membership, not the person.
        let id: String
        let userID: String
        let email: String
        let name: String
        let role: String
    }
}
