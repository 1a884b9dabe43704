import ImportCore

/// The statements of loading, for the tables' names at this server.
struct LoadStatements: Sendable {
    let copyCustomers: String
    let copyCustomersLedger: String
    /// The same in two steps, where COPY into the table is not allowed; the staging table is empty again after a merge.
    let makeCustomersStaging: String
    let stageCustomers: String
    let mergeCustomers: String
    let direct: Copies
    let staged: Copies
    /// Makes the staging tables of a session; they are empty again after every transaction.
    let makeStaging: String
    /// Moves what is staged into the tables, where it is not there already.
    let mergeStaged: [String]
    /// The ids of a staged batch that were not there already.
    let fresh: String

    /// Those of a list of conversations that are in the tables, and whether a run of this number put them there.
    let earlier: String
    /// Returns a row where something staged is neither in the tables now nor was it before: a trigger left it out.
    let left: String

    /// The three COPY statements that take a batch.
    struct Copies: Sendable {
        let conversations: String
        let messages: String
        let ledger: String
    }

    /// - Parameter isFresh: whether the tables may be without the keys that `ON CONFLICT` goes by. Nobody else writes to
    ///   them then, so that what is not there now will not be there at the end of the statement either.
    init(_ tables: PostgresTables, isFresh: Bool = false) {
        func list(_ columns: [String]) -> String { columns.map(\.quotedIdentifier).joined(separator: ", ") }
        func copy(_ table: String, _ columns: [String]) -> String {
            "COPY \(table) (\(list(columns))) FROM STDIN (FORMAT binary)"
        }
        let ledger = Bookkeeping.schema + ".ledger"
        let conversationColumns = list(EncodedBatch.conversationColumns)
        let messageColumns = list(EncodedBatch.messageColumns)
        let ledgerColumns = list(EncodedBatch.ledgerColumns)

        copyCustomers = copy(tables.quoted(.customers), NewCustomers.columns)
        let customerColumns = list(NewCustomers.columns)
        makeCustomersStaging = """
            CREATE TEMPORARY TABLE IF NOT EXISTS staged_customers ON COMMIT DELETE ROWS AS
                SELECT \(customerColumns) FROM \(tables.quoted(.customers)) WITH NO DATA
            """
        stageCustomers = copy("pg_temp.staged_customers", NewCustomers.columns)
        mergeCustomers = """
            WITH staged AS (DELETE FROM pg_temp.staged_customers RETURNING \(customerColumns))
            INSERT INTO \(tables.quoted(.customers)) (\(customerColumns)) SELECT \(customerColumns) FROM staged
            """
        copyCustomersLedger = copy(Bookkeeping.schema + ".customers", NewCustomers.ledgerColumns)
        direct = Copies(
            conversations: copy(tables.quoted(.conversations), EncodedBatch.conversationColumns),
            messages: copy(tables.quoted(.messages), EncodedBatch.messageColumns),
            ledger: copy(ledger, EncodedBatch.ledgerColumns))
        staged = Copies(
            conversations: copy("pg_temp.staged_conversations", EncodedBatch.conversationColumns),
            messages: copy("pg_temp.staged_messages", EncodedBatch.messageColumns),
            ledger: copy("pg_temp.staged_ledger", EncodedBatch.ledgerColumns))
        makeStaging = """
            CREATE TEMPORARY TABLE IF NOT EXISTS staged_conversations ON COMMIT DELETE ROWS AS
                SELECT \(conversationColumns) FROM \(tables.quoted(.conversations)) WITH NO DATA;
            CREATE TEMPORARY TABLE IF NOT EXISTS staged_messages ON COMMIT DELETE ROWS AS
                SELECT \(messageColumns) FROM \(tables.quoted(.messages)) WITH NO DATA;
            CREATE TEMPORARY TABLE IF NOT EXISTS staged_ledger ON COMMIT DELETE ROWS AS
                SELECT \(ledgerColumns) FROM \(ledger) WITH NO DATA;
            CREATE TEMPORARY TABLE IF NOT EXISTS staged_fresh (id uuid) ON COMMIT DELETE ROWS;
            """
        mergeStaged = [
            """
            WITH fresh AS (
                INSERT INTO \(tables.quoted(.conversations)) (\(conversationColumns))
                SELECT \(conversationColumns) FROM pg_temp.staged_conversations s
                \(isFresh ? Self.unlessThere(tables) : #"ON CONFLICT ("id") DO NOTHING"#) RETURNING "id"
            )
            INSERT INTO pg_temp.staged_fresh SELECT "id" FROM fresh
            """,
            """
            INSERT INTO \(tables.quoted(.messages)) (\(messageColumns))
            SELECT \(messageColumns) FROM pg_temp.staged_messages
            WHERE "conversation_id" IN (SELECT id FROM pg_temp.staged_fresh)
            """,
            // A row of the ledger without its conversation is left where somebody deleted that by hand.
            """
            INSERT INTO \(ledger) (\(ledgerColumns))
            SELECT \(ledgerColumns) FROM pg_temp.staged_ledger
            WHERE conversation_id IN (SELECT id FROM pg_temp.staged_fresh)
            ON CONFLICT (conversation_id) DO UPDATE
            SET run = excluded.run, file = excluded.file, record = excluded.record, key = excluded.key,
                content_hash = excluded.content_hash
            """,
        ]
        fresh = "SELECT id FROM pg_temp.staged_fresh"
        earlier = """
            SELECT c."id", l.run IS NOT DISTINCT FROM $2::integer
            FROM \(tables.quoted(.conversations)) c LEFT JOIN \(ledger) l ON l.conversation_id = c."id"
            WHERE c."id" = ANY ($1::uuid[])
            """
        left = """
            SELECT 1 WHERE EXISTS (
                SELECT 1 FROM pg_temp.staged_conversations s
                WHERE NOT EXISTS (SELECT 1 FROM \(tables.quoted(.conversations)) t WHERE t."id" = s."id")
            ) OR EXISTS (
                SELECT 1 FROM pg_temp.staged_messages s
                WHERE s."conversation_id" IN (SELECT id FROM pg_temp.staged_fresh)
                    AND NOT EXISTS (SELECT 1 FROM \(tables.quoted(.messages)) t WHERE t."id" = s."id")
            )
            """
    }

    private static func unlessThere(_ tables: PostgresTables) -> String {
        #"WHERE NOT EXISTS (SELECT FROM \#(tables.quoted(.conversations)) t WHERE t."id" = s."id")"#
    }
}
