import ImportCore

/// The business's customers, as far as finding them takes: by external id, then by e-mail address.
///
/// Customers are found or created in file order, by one task, before the writers that work side by side: whatever these
/// do, the same file gives the same customers. About 55 bytes for each customer of the business.
struct CustomerDirectory: Sendable {
    private let identity: ConversationIdentity
    private let businessID: BinaryUUID
    /// The customers' ids; others point into this list, which is smaller than ids everywhere.
    private var ids: [BinaryUUID] = []
    /// Places in `ids` of those whose id is what their external id gives: all whom a run created by one.
    private var byExternalID = PlaceTable()
    /// Those of the others, by the identity that the external id gives.
    private var othersByExternalID: [BinaryUUID: Int32] = [:]
    /// The identities that normalised addresses give, and beside each whom it belongs to.
    private var addresses: [BinaryUUID] = []
    private var holders: [Holder] = []
    /// Places in `addresses`.
    private var byEmail = PlaceTable()
    /// The ids themselves, where the plan maps one.
    private var known: Set<BinaryUUID> = []
    private let mapsCustomerID: Bool

    /// Whom an address belongs to.
    private struct Holder: Sendable {
        /// The customer's place in the list, above two bits.
        private var bits: UInt32

        init(customer: Int32, hasExternalID: Bool) { bits = UInt32(customer) << 2 | (hasExternalID ? 1 : 0) }

        var customer: Int { Int(bits >> 2) }
        var hasExternalID: Bool { bits & 1 != 0 }
        /// Whether it belongs to somebody else as well.
        var isShared: Bool { bits & 2 != 0 }
        mutating func share() { bits |= 2 }
    }

    /// Those whom an earlier process of the run created, or was refused, for records that this one comes to again, in
    /// file order, the first one last: until then they are nobody, as they were in the run that nothing disturbed.
    private var later: [LaterCustomer] = []
    /// Their ids, which need not be created again.
    private var createdBefore: Set<BinaryUUID> = []

    /// Customers to be created, in file order.
    private(set) var created = NewCustomers()

    init(identity: ConversationIdentity, businessID: BinaryUUID, mapsCustomerID: Bool) {
        self.identity = identity
        self.mapsCustomerID = mapsCustomerID
        self.businessID = businessID
    }

    /// Puts a customer off until the run has come past the record that names them first.
    mutating func enter(_ id: BinaryUUID, externalID: String?, email: String?, after record: RecordID) {
        later.append(.created(id, externalID: externalID, email: email, for: record))
        createdBefore.insert(id)
    }

    /// Puts one whom the server refused off until the run has come past the record that names them first. That record
    /// itself may be left out of what is read again: outcomes behind the position may be known, too.
    mutating func enterLater(_ refused: RefusedCustomer) { later.append(.refused(refused)) }

    /// To be called when all are entered.
    mutating func sortLater() { later.sort { $0.record > $1.record } }

    /// Enters those who were put off up to a record.
    private mutating func reach(_ record: RecordID) {
        while let next = later.last, next.record < record {
            later.removeLast()
            switch next {
            case .created(let id, let externalID, let email, _): enter(id, externalID: externalID, email: email)
            case .refused(let customer): enter(customer)
            }
        }
    }

    /// Enters a customer that is there already.
    mutating func enter(_ id: BinaryUUID, externalID: String?, email: String?) {
        let customer = add(id)
        if var externalID, !externalID.isEmpty {
            let known = externalID.withUTF8 { identity.customer(externalID: $0) }
            // Two customers with one external id: the one with the lower id is taken, whatever order they come in.
            if let other = place(externalID: known).map({ ids[$0] }), (other.high, other.low) < (id.high, id.low) {
                return
            }
            enter(customer, externalID: known)
        }
        guard let email else { return }
        let address = EmailAddress.normalised(email)
        if !address.isEmpty {
            enter(
                Holder(customer: customer, hasExternalID: externalID?.isEmpty == false),
                at: identity.customer(email: address)
            )
        }
    }

    /// Enters one whom the server refused: as it would be, were they there.
    mutating func enter(_ refused: RefusedCustomer) {
        let customer = add(refused.id)
        if let externalID = refused.externalID { enter(customer, externalID: externalID) }
        if let email = refused.email {
            enter(Holder(customer: customer, hasExternalID: refused.externalID != nil), at: email)
        }
    }

    private func place(externalID: BinaryUUID) -> Int? {
        othersByExternalID[externalID].map { Int($0) } ?? byExternalID.place(of: externalID, in: ids)
    }

    private mutating func enter(_ customer: Int32, externalID: BinaryUUID) {
        if ids[Int(customer)] == externalID {
            othersByExternalID[externalID] = nil
            byExternalID.enter(Int(customer), of: ids)
        } else {
            othersByExternalID[externalID] = customer
        }
    }

    private mutating func enter(_ holder: Holder, at address: BinaryUUID) {
        guard let place = byEmail.place(of: address, in: addresses) else {
            addresses.append(address)
            holders.append(holder)
            byEmail.enter(addresses.count - 1, of: addresses)
            return
        }
        // A customer who is entered twice has two places in the list, and is one person.
        if ids[holders[place].customer] != ids[holder.customer] { holders[place].share() }
    }

    private mutating func add(_ id: BinaryUUID) -> Int32 {
        precondition(ids.count < 1 << 30, "A billion customers are more than this directory can point to.")
        if mapsCustomerID { known.insert(id) }
        ids.append(id)
        return Int32(ids.count - 1)
    }

    enum Found: Sendable, Equatable {
        case customer(BinaryUUID)
        /// The record names nobody who could be told from others.
        case nobody
        /// The mapped `customer_id` is no customer of the business.
        case unknown
        /// The address belongs to several customers.
        case ambiguous
    }

    /// The customer of a conversation, who is created where there is none yet.
    ///
    /// A mapped `customer_id` comes first. An external id nobody has may still belong to the one customer with the
    /// address, unless that one has another external id: two people of the old system stay two.
    mutating func find(for conversation: Conversation, createdAt: Timestamp) -> Found {
        reach(conversation.id)
        if let text = conversation.text(.customerID) {
            guard let id = BinaryUUID(text), known.contains(id) else { return .unknown }
            return .customer(id)
        }
        let externalID = conversation.withBytes(.customerExternalID) {
            $0.isEmpty ? nil : identity.customer(externalID: $0)
        }.flatMap { $0 }
        if let externalID, let known = place(externalID: externalID) { return .customer(ids[known]) }

        let address = conversation.text(.customerEmail).map(EmailAddress.normalised).flatMap { $0.isEmpty ? nil : $0 }
        let email = address.map { identity.customer(email: $0) }
        if let email, let holder = byEmail.place(of: email, in: addresses).map({ holders[$0] }) {
            if externalID == nil { return holder.isShared ? .ambiguous : .customer(ids[holder.customer]) }
            if !holder.isShared && !holder.hasExternalID { return .customer(ids[holder.customer]) }
        }
        guard let id = externalID ?? email else { return .nobody }
        let customer = add(id)
        if let externalID { enter(customer, externalID: externalID) }
        if let email { enter(Holder(customer: customer, hasExternalID: externalID != nil), at: email) }
        guard !createdBefore.contains(id) else { return .customer(id) }
        created.add(
            id, externalID: externalID, email: email, business: businessID, of: conversation, createdAt: createdAt)
        return .customer(id)
    }

    /// The customers found new since the last call.
    mutating func takeCreated() -> NewCustomers {
        defer { created = NewCustomers() }
        return created
    }
}

/// A customer who is known, and yet comes later in the file.
private enum LaterCustomer: Sendable {
    case created(BinaryUUID, externalID: String?, email: String?, for: RecordID)
    case refused(RefusedCustomer)

    var record: RecordID {
        switch self {
        case .created(_, _, _, let record): record
        case .refused(let customer): customer.record
        }
    }
}
