/// The program's own tables at the server, in a schema of their own: what makes a second run, and a lost answer to
/// COMMIT, harmless.
///
/// A plan is known by its identity. `batches` says which stretches of a source are in, and so whether a transaction
/// whose end nobody saw was committed; `ledger` has one row for each conversation that we made, with a hash of what was
/// written, so that `undo` and `verify` can tell what somebody changed since. No foreign keys between them: they are
/// written in the same transactions, and a check for each row of the ledger would cost as much as the row.
enum Bookkeeping {
    static let schema = "pingback_import"

    static let ddl = """
        CREATE SCHEMA IF NOT EXISTS pingback_import;
        CREATE TABLE IF NOT EXISTS pingback_import.plans (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            identity bytea NOT NULL UNIQUE,
            name text NOT NULL,
            business_id uuid NOT NULL
        );
        CREATE TABLE IF NOT EXISTS pingback_import.runs (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            plan integer NOT NULL,
            run uuid NOT NULL UNIQUE,
            started_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE IF NOT EXISTS pingback_import.batches (
            plan integer NOT NULL,
            digest bytea NOT NULL,
            run integer NOT NULL,
            file integer NOT NULL,
            first_record bigint NOT NULL,
            last_record bigint NOT NULL,
            conversations integer NOT NULL,
            refused integer NOT NULL,
            committed_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (plan, digest)
        );
        CREATE TABLE IF NOT EXISTS pingback_import.ledger (
            conversation_id uuid PRIMARY KEY,
            run integer NOT NULL,
            file integer NOT NULL,
            record bigint NOT NULL,
            key text NOT NULL,
            content_hash bytea NOT NULL
        );
        CREATE TABLE IF NOT EXISTS pingback_import.customers (
            customer_id uuid PRIMARY KEY,
            run integer NOT NULL,
            content_hash bytea NOT NULL
        );
        """
}
