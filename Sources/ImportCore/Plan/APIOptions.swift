/// How the HTTP API is spoken to.
package struct APIOptions: Sendable, Equatable {
    package enum Assigning: String, Sendable, CaseIterable {
        /// `POST /team/assign`: documented with the member's `user_id`, for owners and admins.
        case team
        /// `PUT …/assign`: open to agents too.
        case conversation
        case none
    }

    /// Nil for a sandbox inside the program.
    package var url: String?
    package var token: Secret?
    /// Where the token stands, relative to the plan's folder; nil where the plan names no file.
    package var tokenFile: String?
    /// A file with the certificates of the authorities that are trusted in place of the system's.
    package var ca: String?
    /// Whether plain HTTP may leave this machine.
    package var allowsPlainHTTP = false
    /// Whether people may get the opening messages; nil where the plan does not say.
    package var openingMessages: OpeningMessages?
    package var concurrency = 8
    /// Requests a second; nil for no limit.
    package var rate: Double?
    /// Opening messages that may be sent in a calendar month (UTC); nil for no limit.
    package var messageBudget: Int?
    /// When messages may be sent; empty for always.
    package var window: [SendingHours] = []
    /// Whether a used-up budget and a closed window are waited for: the command line's word, not the plan's.
    package var waits = false
    /// How long one request may take, in seconds.
    package var timeout: Double = 30
    /// How long an outage may last before the run gives up, in seconds.
    package var patience: Double = 900
    package var doubts = DoubtOptions()
    /// The line put under each opening message; nil for none.
    package var reference: ReferenceRule?
    /// Whether a 503 with Retry-After is known to mean "not applied" at this server.
    package var trusts503 = false
    /// How a conversation gets its assignee.
    package var assigning = Assigning.team
    /// The type of the channel that conversations are expected on; nil for whichever the first is made on.
    package var expectedChannel: ChannelType?
    /// The field names of loss that the plan accepts.
    package var acceptedLoss: [String] = []
    /// Nothing for any server but the sandbox inside the program.
    package var rehearsal = RehearsalOptions()

    package init() {}
}

/// What is done with opening messages, which PingBack may deliver to real people.
package enum OpeningMessages: String, Sendable, CaseIterable { case send }

/// How a request whose answer was lost is settled.
package struct DoubtOptions: Sendable, Equatable {
    package enum Absent: String, Sendable, CaseIterable { case keep, resend }

    /// How long after the request's own time limit the server may still be working on it, in seconds.
    package var settleAfter: Double = 30
    /// How often the server's list is looked through before a conversation counts as absent.
    package var looks = 2
    package var absent = Absent.keep

    package init() {}
}
