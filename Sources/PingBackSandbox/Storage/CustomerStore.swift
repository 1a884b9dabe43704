import GRDB

/// The customers of a data file.
struct CustomerStore: Sendable {
    let database: DatabasePool

    /// Makes these customers known. One whom the file has already takes the values that are given.
    func seed(_ customers: [SandboxCustomer]) async throws(SandboxError) {
        guard !customers.isEmpty else { return }
        for customer in customers where Business.canonical(customer.id) == nil {
            throw .malformedCustomerID(customer.id)
        }
        do {
            try await database.write { database in
                let now = WallTime.now.text
                for customer in customers {
                    guard let id = Business.canonical(customer.id) else { continue }
                    let made = CustomerAnswer.madeUp(id)
                    try database.cachedStatement(
                        sql: """
                            INSERT INTO customer (id, name, email, phone, external_id, created_at)
                            VALUES (:id, coalesce(:name, :made_name), coalesce(:email, :made_email), :phone,
                                :external_id, :now)
                            ON CONFLICT (id) DO UPDATE SET name = coalesce(:name, name),
                                email = coalesce(:email, email), phone = coalesce(:phone, phone),
                                external_id = coalesce(:external_id, external_id)
                            """
                    ).execute(arguments: [
                        "id": id, "name": customer.name, "made_name": made.name, "email": customer.email,
                        "made_email": made.email, "phone": customer.phone, "external_id": customer.externalID,
                        "now": now,
                    ])
                }
            }
        } catch {
            throw .dataFileUnusable(path: database.path, reason: String(describing: type(of: error)))
        }
    }

    func has(_ id: String) async throws -> Bool {
        try await database.read { database in
            try Bool.fetchOne(database, sql: "SELECT 1 FROM customer WHERE id = ?", arguments: [id]) ?? false
        }
    }
}
