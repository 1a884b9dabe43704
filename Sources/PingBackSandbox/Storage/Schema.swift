import GRDB

/// The tables of a sandbox's data file, made to be read with `sqlite3` as well: dates are text, ids are PingBack's.
enum Schema {
    /// "PBSX" in the file's header: what tells a sandbox's data from any other SQLite file.
    static let applicationID = 0x5042_5358

    static let version = 1

    static let tables = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        CREATE TABLE member (
            id TEXT PRIMARY KEY,
            user_id TEXT NOT NULL UNIQUE,
            email TEXT NOT NULL,
            name TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'agent')),
            status TEXT NOT NULL CHECK (status IN ('live', 'away', 'offline')),
            is_active INTEGER NOT NULL,
            invited_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE channel (
            id TEXT PRIMARY KEY,
            type TEXT NOT NULL,
            is_active INTEGER NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE customer (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            phone TEXT,
            external_id TEXT,
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE conversation (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            customer_id TEXT REFERENCES customer (id),
            assignee_id TEXT REFERENCES member (user_id),
            status TEXT NOT NULL CHECK (status IN ('open', 'pending', 'resolved', 'closed')),
            channel_type TEXT NOT NULL,
            channel_id TEXT NOT NULL REFERENCES channel (id),
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            first_response_at TEXT,
            resolved_at TEXT,
            closed_at TEXT
        ) STRICT;
        CREATE INDEX conversation_by_update ON conversation (updated_at);
        CREATE INDEX conversation_by_status ON conversation (status, updated_at);
        CREATE TABLE message (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            conversation_id TEXT NOT NULL REFERENCES conversation (id),
            sender_type TEXT NOT NULL,
            sender_id TEXT,
            content TEXT NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX message_by_conversation ON message (conversation_id);
        -- Every create that was applied, once, written with it and never changed.
        CREATE TABLE journal (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            received_at INTEGER NOT NULL,
            conversation_id TEXT NOT NULL,
            customer_id TEXT,
            message TEXT,
            peer TEXT,
            idempotency_key TEXT
        ) STRICT;
        """

    /// Makes the tables and what a new business has: three members, the default widget channel, and a provider's
    /// channel that is turned off, since the configuration of such a one holds a secret.
    static func create(in database: Database, for business: Business, dataID: String) throws {
        let now = WallTime.now.text
        try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
        try database.execute(sql: tables)
        for (name, value) in [("data_id", dataID), ("business_id", business.id), ("created_at", now)] {
            try database.execute(sql: "INSERT INTO meta (name, value) VALUES (?, ?)", arguments: [name, value])
        }
        for member in business.team {
            try database.execute(
                sql: """
                    INSERT INTO member (id, user_id, email, name, role, status, is_active, invited_at)
                    VALUES (?, ?, ?, ?, ?, 'offline', 1, ?)
                    """,
                arguments: [member.id, member.userID, member.email, member.name, member.role, now])
        }
        for (id, type, isActive) in [
            (business.channelID, Business.channelType, true),
            (business.providerChannelID, Business.providerChannelType, false),
        ] {
            try database.execute(
                sql: "INSERT INTO channel (id, type, is_active, created_at) VALUES (?, ?, ?, ?)",
                arguments: [id, type, isActive, now])
        }
    }
}
