/// A customer as conversations show it.
package struct KnownCustomer: Sendable, Equatable, Codable {
    /// PingBack's id, as `customer_id` takes it.
    package var id: String
    /// Without blanks at its ends, in lower case.
    package var email: String?
    package var phone: String?
    package var externalID: String?
    /// Only where it was asked for.
    package var name: String?

    package init(
        id: String, email: String? = nil, phone: String? = nil, externalID: String? = nil, name: String? = nil
    ) {
        self.id = id
        self.email = email
        self.phone = phone
        self.externalID = externalID
        self.name = name
    }
}

/// How far the customers of a workspace have been collected: all that a later process needs to go on.
package struct CustomerScan: Sendable, Equatable, Codable {
    /// What is read in turn.
    package enum Stage: Sendable, Equatable, Codable {
        /// The list of all conversations.
        case all
        /// Those of one status, should the list of all leave any out.
        case status(Int)
        /// What changed since the beginning: it moved to the front of the list, past the page that was being read.
        case changes
        case done
    }

    package static let statuses = ["open", "pending", "resolved", "closed"]

    /// The destination's fingerprint: another workspace has other customers.
    package var origin: String
    package var includesNames: Bool
    package private(set) var stage = Stage.all
    /// The page that comes next in the stage.
    package private(set) var page = 1
    /// The newest change when the scan began, in milliseconds since 1970.
    private var beginning: Int64?
    /// Conversations looked at, each time that one was.
    package private(set) var rows = 0
    /// By id without case.
    private var found: [String: KnownCustomer] = [:]

    package init(origin: String, includesNames: Bool) {
        self.origin = origin
        self.includesNames = includesNames
    }

    package var customers: [KnownCustomer] { found.values.sorted { $0.id < $1.id } }
    package var count: Int { found.count }

    /// The path of the next page; nil at the end.
    var path: String? {
        let pages = "page=\(page)&limit=\(ConversationReader.pageSize)"
        return switch stage {
        case .all, .changes: "/conversations/?\(pages)"
        case .status(let index): "/conversations/?status=\(Self.statuses[index])&\(pages)"
        case .done: nil
        }
    }

    /// Takes in the page that `path` named, and moves on.
    mutating func enter(_ sightings: [CustomerSighting]) {
        let before = found.count
        for sighting in sightings { enter(sighting) }
        rows += sightings.count
        let newest = sightings.compactMap(\.updatedAt).max()
        if stage == .all && page == 1 { beginning = newest }
        let isOver =
            switch stage {
            case .all: sightings.isEmpty
            // A first page that brings nobody new says that the list of all left nothing out.
            case .status: sightings.isEmpty || (page == 1 && found.count == before)
            case .changes: sightings.isEmpty || (newest ?? .min) <= (beginning ?? .max)
            case .done: true
            }
        page = isOver ? 1 : page + 1
        if isOver { stage = next }
    }

    private var next: Stage {
        switch stage {
        case .all: .status(0)
        case .status(let index) where index + 1 < Self.statuses.count: .status(index + 1)
        case .status: .changes
        case .changes, .done: .done
        }
    }

    /// The list is read newest first, so what was seen before is the later word but for changes made since.
    private mutating func enter(_ sighting: CustomerSighting) {
        guard var customer = sighting.customer else { return }
        if !includesNames { customer.name = nil }
        let key = customer.id.lowercased()
        guard let known = found[key] else {
            found[key] = customer
            return
        }
        let (first, second) = stage == .changes ? (customer, known) : (known, customer)
        found[key] = KnownCustomer(
            id: known.id, email: first.email ?? second.email, phone: first.phone ?? second.phone,
            externalID: first.externalID ?? second.externalID, name: first.name ?? second.name)
    }
}
