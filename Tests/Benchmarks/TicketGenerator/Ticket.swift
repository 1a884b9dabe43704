/// One ticket of the old system. Text is UTF-8 bytes: it is made once and written once, and never a `String`.
struct Ticket {
    struct Comment {
        var id: Int
        var fromCustomer: Bool
        var body: [UInt8]
        var createdAt: Int
    }

    /// Eighteen digits: too many for a double, which is how ids get lost.
    var id = 0
    var subject: [UInt8] = []
    var description: [UInt8] = []
    var status: [UInt8] = []
    var requesterID = 0
    var requesterName: [UInt8] = []
    var requesterEmail: [UInt8] = []
    var agent: [UInt8] = []
    var channel: [UInt8] = []
    /// Seconds since 1970.
    var createdAt = 0
    var updatedAt = 0
    var tags: [[UInt8]] = []
    /// Two columns that no plan maps, since real exports have more of them than of any other kind.
    var satisfaction: [UInt8] = []
    var replies = 0
    var comments: [Comment] = []
}
