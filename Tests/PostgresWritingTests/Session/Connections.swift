import ImportCore

@testable import PostgresWriting

extension ConnectionSettings {
    /// The settings of a plan that names an address, in an environment that has only what is given.
    init(url: String?, tls: PostgresOptions.TLSMode? = nil, environment: [String: String] = [:]) throws(PostgresError) {
        var options = PostgresOptions()
        options.url = url.map { Secret($0) }
        options.tlsMode = tls
        try self.init(options, planName: "acme", environment: environment)
    }
}

extension Connection {
    convenience init(to url: String) throws(PostgresError) { try self.init(ConnectionSettings(url: url)) }

    func copyIn(_ statement: String, rows: [[[UInt8]?]]) throws(PostgresError) -> Int {
        let bytes = CopyBytes(rows).bytes
        do {
            return try bytes.withUnsafeBufferPointer { try copyIn(statement, $0) }
        } catch let error as PostgresError {
            throw error
        } catch {
            preconditionFailure("copyIn throws nothing else")
        }
    }

    /// What the server answers a statement with.
    func refusal(of sql: String) throws -> ServerError? {
        do {
            try run(sql)
            return nil
        } catch .refused(let error) {
            return error
        }
    }
}
