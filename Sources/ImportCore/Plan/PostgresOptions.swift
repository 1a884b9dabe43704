/// How PingBack's Postgres is reached, and how it is written to.
package struct PostgresOptions: Sendable, Equatable {
    /// How much libpq asks of the server's identity, in libpq's own words (`sslmode`, PostgreSQL documentation 34.19).
    package enum TLSMode: String, Sendable, CaseIterable {
        case disable, allow, prefer, require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"
    }

    package enum Load: String, Sendable, CaseIterable {
        /// Beside whatever is there.
        case merge
        /// Into empty tables: constraints and indexes are dropped, and rebuilt in the end.
        case fresh
    }

    /// A `postgresql://` address or a libpq connection string; nil for libpq's own settings (`PG*`, service files).
    package var url: Secret?
    /// Nil: `verify-full` for a host that is neither local nor a Unix socket, libpq's default for any other.
    package var tlsMode: TLSMode?
    package var tables = PostgresTables()
    /// Transactions at work side by side.
    package var connections = 1
    /// How long an outage may last before the run gives up, in seconds.
    package var patience: Double = 900
    package var load = Load.merge

    package init() {}
}

/// What PingBack's tables are called at this server.
package struct PostgresTables: Sendable, Equatable {
    /// The schema of the program's own tables, where none of PingBack's can be.
    package static let ownSchema = "pingback_import"

    package var schema = "public"
    package var customers = "customers"
    package var channels = "channels"
    package var conversations = "conversations"
    package var messages = "messages"

    package init() {}
}
