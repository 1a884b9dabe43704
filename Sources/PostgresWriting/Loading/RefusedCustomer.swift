import ImportCore

/// A customer whom the server refused, and with them every conversation of theirs in the run.
///
/// Kept in the run's books: a process that goes on behind the record which named them first would find them new at a
/// later one, and might create whom an undisturbed run does not. Known by identities alone, without anybody's data.
struct RefusedCustomer: Sendable {
    var id: BinaryUUID
    /// The record that named them first.
    var record: RecordID
    /// The identities by which later records would find them.
    var externalID: BinaryUUID?
    var email: BinaryUUID?
    var refusal: Refusal
}

extension Bookkeeping {
    /// Enters refused customers, within the caller's transaction. It may be repeated.
    static func enter(
        _ customers: [RefusedCustomer], run: Int32, on connection: Connection
    ) throws(PostgresError) {
        // Another input comes beside the source, and not before any of its records.
        let customers = customers.filter { !$0.record.isOfOtherInput }
        guard !customers.isEmpty else { return }
        func list(_ id: (RefusedCustomer) -> BinaryUUID?) -> String {
            "{" + customers.map { id($0)?.description ?? "NULL" }.joined(separator: ",") + "}"
        }
        func list(_ number: (RefusedCustomer) -> Int) -> String {
            "{" + customers.map { String(number($0)) }.joined(separator: ",") + "}"
        }
        _ = try connection.rows(
            """
            INSERT INTO \(schema).refused_customers
                (run, customer_id, file, record, by_external_id, by_email, reason)
            SELECT $1::integer, u.* FROM unnest(
                $2::uuid[], $3::integer[], $4::bigint[], $5::uuid[], $6::uuid[], $7::text[]) u
            ON CONFLICT (run, customer_id) DO UPDATE
            SET file = excluded.file, record = excluded.record, by_external_id = excluded.by_external_id,
                by_email = excluded.by_email, reason = excluded.reason
            """,
            [
                String(run), list { $0.id }, list { $0.record.file }, list { $0.record.number },
                list { $0.externalID }, list { $0.email },
                CatalogTable.arrayLiteral(customers.map(\.refusal.words)),
            ])
    }

    /// Those whom a run was refused, and did not create since.
    static func refusedCustomers(
        ofRun run: Int32, on connection: Connection
    ) throws(PostgresError) -> [RefusedCustomer] {
        let rows = try connection.rows(
            """
            SELECT r.customer_id, r.file, r.record, r.by_external_id, r.by_email, r.reason
            FROM \(schema).refused_customers r
            WHERE r.run = $1 AND NOT EXISTS (
                SELECT FROM \(schema).customers c WHERE c.customer_id = r.customer_id AND c.run = r.run)
            """, [String(run)])
        return rows.compactMap { row in
            guard let id = row[0].flatMap({ BinaryUUID($0) }), let file = row[1].flatMap({ Int($0) }),
                let number = row[2].flatMap({ Int($0) })
            else { return nil }
            return RefusedCustomer(
                id: id, record: RecordID(file: file, number: number), externalID: row[3].flatMap { BinaryUUID($0) },
                email: row[4].flatMap { BinaryUUID($0) }, refusal: Refusal(code: .refused, words: row[5] ?? ""))
        }
    }

    /// Forgets those of a run that judges its refused records anew.
    static func forgetRefusedCustomers(ofRun run: Int32, on connection: Connection) throws(PostgresError) {
        _ = try connection.rows("DELETE FROM \(schema).refused_customers WHERE run = $1", [String(run)])
    }
}
