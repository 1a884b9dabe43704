extension Connection {
    /// Does all of the work or nothing of it.
    func transaction(_ work: () throws(PostgresError) -> Void) throws(PostgresError) {
        try run("BEGIN")
        do {
            try work()
            try run("COMMIT")
        } catch {
            // Where the connection is lost, the server ends the transaction by itself.
            try? run("ROLLBACK")
            throw error
        }
    }
}
