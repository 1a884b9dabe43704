/// What a lookup file of customers holds: a value that leads to two customers leads to none, since which is meant cannot be
/// known.
package struct CustomerLookup: Sendable, Equatable {
    package struct Ambiguity: Sendable, Equatable {
        /// The column: `email`, `phone` or `external_id`.
        package var column: String
        package var value: String
        package var ids: [String]
    }

    /// By id, each with the values that are its alone.
    package private(set) var customers: [KnownCustomer]
    package private(set) var ambiguities: [Ambiguity] = []

    package init(_ customers: [KnownCustomer]) {
        self.customers = customers.sorted { $0.id < $1.id }
        keepUnique(\.email, "email")
        keepUnique(\.phone, "phone")
        keepUnique(\.externalID, "external_id")
    }

    private mutating func keepUnique(_ value: WritableKeyPath<KnownCustomer, String?>, _ column: String) {
        let owners = Dictionary(grouping: customers.indices.filter { customers[$0][keyPath: value] != nil }) {
            customers[$0][keyPath: value] ?? ""
        }
        for (text, indices) in owners.sorted(by: { $0.key < $1.key }) where indices.count > 1 {
            ambiguities.append(Ambiguity(column: column, value: text, ids: indices.map { customers[$0].id }))
            for index in indices { customers[index][keyPath: value] = nil }
        }
    }
}
