package import ImportCore

/// PingBack's tables as its documented API objects imply them: ids are UUIDs, times have a zone, and statuses, senders
/// and channel types are words of closed lists. What a rehearsal database is made of, and what the program needs to
/// find at any other.
package enum ReferenceSchema {
    /// A script for psql: the tables, and the program's own behind them. All or nothing.
    package static func ddl(_ tables: PostgresTables) -> String {
        let isPublic = tables.schema == "public"
        return """
            -- The tables of PingBack that pingback-import writes, and its own bookkeeping behind them, for a rehearsal
            -- database: psql -v ON_ERROR_STOP=1 -f FILE. All or nothing; an existing table is an error.

            BEGIN;
            \(isPublic ? "" : "\n" + schemaDDL(tables) + "\n")
            \(tablesDDL(tables))

            -- What pingback-import knows about its runs. A run makes these tables itself where it may.
            \(Bookkeeping.ddl)

            COMMIT;
            """
    }

    static func schemaDDL(_ tables: PostgresTables) -> String {
        "CREATE SCHEMA IF NOT EXISTS \(tables.schema.quotedIdentifier);"
    }

    static func tablesDDL(_ tables: PostgresTables) -> String {
        let customers = tables.quoted(.customers)
        let channels = tables.quoted(.channels)
        let conversations = tables.quoted(.conversations)
        let messages = tables.quoted(.messages)
        let channelTypes = list(ChannelType.allCases.map(\.rawValue))
        return """
            -- The people who write in, found by external id, then by e-mail address.
            CREATE TABLE \(customers) (
                id uuid PRIMARY KEY,
                business_id uuid NOT NULL,
                name text,
                email text,
                phone text,
                external_id text,
                created_at timestamptz NOT NULL
            );
            CREATE INDEX ON \(customers) (business_id, external_id);
            CREATE INDEX ON \(customers) (business_id, lower(email));

            -- The ways in which they do. The program reads them.
            CREATE TABLE \(channels) (
                id uuid PRIMARY KEY,
                business_id uuid NOT NULL,
                type text NOT NULL CHECK (type IN (\(channelTypes))),
                config jsonb NOT NULL DEFAULT '{}',
                is_active boolean NOT NULL DEFAULT true,
                created_at timestamptz NOT NULL DEFAULT now()
            );

            CREATE TABLE \(conversations) (
                id uuid PRIMARY KEY,
                business_id uuid NOT NULL,
                customer_id uuid REFERENCES \(customers) (id),
                assignee_id uuid,
                status text NOT NULL DEFAULT 'open' CHECK (status IN (\(list(ConversationStatus.allCases.map(\.name))))),
                channel_type text NOT NULL CHECK (channel_type IN (\(channelTypes))),
                channel_id uuid REFERENCES \(channels) (id),
                created_at timestamptz NOT NULL,
                updated_at timestamptz NOT NULL,
                first_response_at timestamptz,
                resolved_at timestamptz,
                closed_at timestamptz
            );
            CREATE INDEX ON \(conversations) (customer_id);
            CREATE INDEX ON \(conversations) (business_id, updated_at);

            CREATE TABLE \(messages) (
                id uuid PRIMARY KEY,
                conversation_id uuid NOT NULL REFERENCES \(conversations) (id) ON DELETE CASCADE,
                sender_type text NOT NULL CHECK (sender_type IN (\(list(SenderType.allCases.map(\.name))))),
                sender_id uuid,
                content text NOT NULL,
                attachments jsonb NOT NULL DEFAULT '[]',
                created_at timestamptz NOT NULL
            );
            CREATE INDEX ON \(messages) (conversation_id);
            """
    }

    private static func list(_ words: [String]) -> String { words.map { "'\($0)'" }.joined(separator: ", ") }
}
